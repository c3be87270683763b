import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files beside the source come last: they are many and quick, so that all processes have work to the end, where a long file would be
 * waited for.
 */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isQuick = ({ moduleId, project }: TestSpecification): boolean =>
      /^src[\\/]/.test(relative(project.config.root, moduleId));
    return [...sorted.filter((file) => !isQuick(file)), ...sorted.filter(isQuick)];
  }
}
