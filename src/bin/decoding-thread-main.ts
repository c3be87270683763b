import { parentPort } from "node:worker_threads";
import { answerQuestions } from "../cli/run/explain/decoding-thread.ts";

if (parentPort !== null) answerQuestions(parentPort);
