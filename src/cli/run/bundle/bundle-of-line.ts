import { basename, dirname, join } from "node:path";
import type { FlashBundle } from "../../../bundle.ts";
import { type ChipId, EspError } from "../../../index.ts";
import type { RunContext } from "../../context.ts";

/**
 * The bundle of PATH, for the chip of `--chip` where that is said. Throws `file.missing`, `bundle.*`, `image.wrong-chip`,
 * before a port is opened.
 */
export async function bundleOfLine(context: RunContext): Promise<BundleOfLine> {
  const { host, options, arguments: words } = context;
  const { readFlashBundle, zipTree } = await import("../../../bundle.ts");
  const path = words.text("PATH");
  const isFolder = await host.files.isFolder(path);
  if (!isFolder && !(await host.files.exists(path))) {
    throw new EspError("file.missing", `There is no file or folder '${path}'.`, {
      hint: "Look at its name.",
      details: { file: path },
    });
  }
  const typed = options.text("chip") ?? "auto";
  // The declaration of the option allows names of chips only.
  const chip = typed === "auto" ? undefined : (typed as ChipId);
  const archive = !isFolder && /\.zip$/i.test(path) ? await host.files.read(path) : null;
  const place = isFolder ? { folder: path } : await placeOfFile(host, path);
  const bundle =
    archive === null
      ? await readFlashBundle(await host.files.tree(place.folder), { path: place.inside, chip })
      : await readFlashBundle(zipTree(archive), { chip });
  if (chip === undefined || bundle.chip === null || bundle.chip === chip || options.flag("force"))
    return { bundle, root: archive === null ? place.folder : null };
  throw new EspError("image.wrong-chip", `The build is for the ${bundle.chip}, and --chip says ${chip}.`, {
    hint: "Leave --chip out, or build for that chip.",
    details: { chip, wanted: bundle.chip },
  });
}

export interface BundleOfLine {
  readonly bundle: FlashBundle;
  /** The folder that paths of the bundle begin at; null: they are in an archive. */
  readonly root: string | null;
}

interface Place {
  readonly folder: string;
  readonly inside?: string | undefined;
}

/** A file alone, but for a program of Cargo: what belongs to it lies in the project around it. */
async function placeOfFile({ files }: RunContext["host"], path: string): Promise<Place> {
  const [, project = "", inside] =
    /^(.*?)(?:^|[/\\])(target[/\\][^/\\]+[/\\](?:debug|release)[/\\][^/\\]+)$/.exec(path) ?? [];
  const folder = project === "" ? (path.startsWith("/") ? "/" : ".") : project;
  const isCargo = inside !== undefined && (await files.exists(join(folder, "Cargo.toml")));
  return isCargo ? { folder, inside } : { folder: dirname(path), inside: basename(path) };
}
