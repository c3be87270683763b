/** A part of a mangled name has a form that is not known here; the name is shown as it is. */
export class UnknownForm extends Error {}
