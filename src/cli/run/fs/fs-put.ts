import type { RunCommand } from "../../context.ts";
import { editImage } from "./edit-image.ts";
import { localFiles } from "./local-files.ts";

export const run: RunCommand = async (context) => {
  const source = context.arguments.text("SOURCE").replace(/(?<=.)[\\/]+$/, "");
  const place = context.arguments.text("PATH").replace(/^\/+/, "");
  const isFolder = await context.host.files.isFolder(source);
  const { files } = await localFiles(context, source);
  const target = (path: string): string => {
    if (place === "") return path;
    return isFolder || place.endsWith("/") ? `${place.replace(/\/+$/, "")}/${path}` : place;
  };
  const put = files.map((file) => ({ ...file, path: target(file.path) }));
  return await editImage(context, { put }, { longNames: context.options.flag("long-names") ? true : undefined });
};
