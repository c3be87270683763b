import { describe, expect, it } from "vitest";
import { demangle } from "./demangle.ts";

describe("demangle", () => {
  it.each([
    // The examples of the Itanium C++ ABI, section 5.1, and what c++filt of binutils makes of names of these chips' programs.
    ["_Z1fv", "f()"],
    ["_Z1fi", "f(int)"],
    ["_ZNK3hal6Driver4pollEi", "hal::Driver::poll(int) const"],
    ["_ZN3hal4RingIiLi4EE4takeEi", "hal::Ring<int, 4>::take(int)"],
    ["_ZZNK3hal6Driver4pollEiENKUliE_clEi", "hal::Driver::poll(int) const::{lambda(int)#1}::operator()(int) const"],
    ["_ZN3hal6DriverC4ERKS0_", "hal::Driver::Driver(hal::Driver const&)"],
    ["_ZN3hal6DriverD1Ev", "hal::Driver::~Driver()"],
    ["_ZNSt15__exception_ptr13exception_ptrC4EPv", "std::__exception_ptr::exception_ptr::exception_ptr(void*)"],
    ["_ZNKSt15__exception_ptr13exception_ptrcvbEv", "std::__exception_ptr::exception_ptr::operator bool() const"],
    ["_ZdaPvj", "operator delete[](void*, unsigned int)"],
    [
      "_ZN9__gnu_cxx17__normal_iteratorIPKcSsEmmEi",
      "__gnu_cxx::__normal_iterator<char const*, std::string>::operator--(int)",
    ],
    ["_ZN12_GLOBAL__N_13fooEv", "(anonymous namespace)::foo()"],
    ["_ZL20signal_waiting_tasksv", "signal_waiting_tasks()"],
    ["_Z3fooPFivE", "foo(int (*)())"],
    ["_Z3fooRA10_i", "foo(int (&) [10])"],
    ["_Z3fooM1AFivE", "foo(int (A::*)())"],
    ["_Z3maxIiET_S0_S0_", "int max<int>(int, int)"],
    ["_ZTV6Driver", "vtable for Driver"],
    ["_ZThn8_N6Driver4pollEv", "non-virtual thunk to Driver::poll()"],
    ["_ZGVZ4mainE1x", "guard variable for main::x"],
    ["_Z4fillPh.constprop.0", "fill(unsigned char*) [clone .constprop.0]"],
    ["_ZN4core9panicking5panic17h0123456789abcdefE", "core::panicking::panic"],
    [
      "_ZN52_$LT$u32$u20$as$u20$core..fmt..num..GenericRadix$GT$3fmt17h0123456789abcdefE",
      "<u32 as core::fmt::num::GenericRadix>::fmt",
    ],
  ])("reads %s", (mangled, readable) => {
    expect(demangle(mangled)).toBe(readable);
  });

  it.each(["main", "_Z", "_ZN", "_ZNE", "_Z3fo", "_ZS_", "_ZT_", "_Z1fIXadL_Z1gvEEEvv", "_Z9999999999999a", "_R"])(
    "leaves '%s' as it is",
    (name) => {
      expect(demangle(name)).toBeNull();
    },
  );

  it("gives up names that grow beyond all measure", () => {
    expect(demangle(`_Z1f${"P".repeat(4000)}i`)).toBeNull();
    const doubling = Array.from(
      { length: 40 },
      (_, index) => `1aIS${index.toString(36).toUpperCase()}_S${index.toString(36).toUpperCase()}_E`,
    );
    expect(demangle(`_Z1fN1b${doubling.join("")}E`)).toBeNull();
    expect(demangle(`_Z${"N".repeat(5000)}`)).toBeNull();
  });
});
