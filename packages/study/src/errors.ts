export type StudyErrorCode =
  | 'BAD_PLAN'
  | 'BAD_RECOMMENDATIONS' // what the arms recommend does not fit the plan
  | 'BAD_RECORD'; // ratings that do not fit the plan, or a CSV that is not one of ours

export class StudyError extends Error {
  readonly code: StudyErrorCode;

  constructor(code: StudyErrorCode, message: string) {
    super(message);
    this.name = 'StudyError';
    this.code = code;
  }
}
