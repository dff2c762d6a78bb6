package io.github.tess2.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.runtime.engine.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged text files of a checkpoint are refused or they work, whatever the damage; native code
 * never crashes the process. {@link TokenizerFuzz} describes how to run it for longer.
 */
class TokenizerFuzzTest {
  private static final String SEED = "1";
  private static final String COUNT = "200";

  @TempDir Path folder;

  @Test
  void open_damagedTextFiles_refusesThemOrUsesThem() throws IOException, InterruptedException {
    ChildJvm.Outcome outcome =
        new ChildJvm().option("-Xmx256m").run(TokenizerFuzz.class, folder.toString(), SEED, COUNT);
    assertThat(outcome.exit()).as("%s", report(outcome)).isZero();
    assertThat(outcome.output()).contains(TokenizerFuzz.DONE);
    String last = outcome.output().substring(outcome.output().indexOf(TokenizerFuzz.DONE));
    assertThat(last).matches("(?s)fuzzed: \\d{2,} refused, \\d{2,} built, \\d{2,} used.*");
  }

  private String report(ChildJvm.Outcome outcome) throws IOException {
    StringBuilder report = new StringBuilder(outcome.output());
    for (String file : new String[] {"seed.txt", "config.json", "tokenizer.json"}) {
      Path path = folder.resolve(file);
      report.append("\n== ").append(file).append('\n');
      report.append(Files.exists(path) ? Files.readString(path) : "(none)");
    }
    return report.toString();
  }
}
