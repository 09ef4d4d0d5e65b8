import { IsInt, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';

/** Settings of feature flags, in every process. */
export class FlagsConfig {
  /** File in YAML or JSON that says which flags are on; each has its default when not set. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  flagsFile?: string;

  /** How often the file is looked at, in milliseconds. */
  @IsInt()
  @Min(50)
  @Max(3_600_000)
  flagsIntervalMs: number = 1_000;
}
