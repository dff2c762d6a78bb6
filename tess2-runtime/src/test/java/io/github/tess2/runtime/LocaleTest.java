package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.github.tess2.runtime.engine.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Results are the same in locales with other digits (Arabic, Persian, Bengali, Marathi, Thai if
 * requested) and in one where the lower case of I has no dot (Turkish).
 */
class LocaleTest {
  private static List<String> english;

  @BeforeAll
  static void runInEnglish(@TempDir Path folder) throws Exception {
    english = results("-Duser.language=en -Duser.country=US", folder);
    assertThat(english).filteredOn(line -> line.startsWith("GENERATED")).hasSize(11);
    assertThat(english).filteredOn(line -> line.startsWith("TRAINED")).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Duser.language=ar -Duser.country=EG",
        "-Duser.language=bn -Duser.country=BD",
        "-Duser.language=th -Duser.country=TH -Duser.extensions=u-nu-thai",
        "-Duser.language=tr -Duser.country=TR"
      })
  void jobs_inAnotherLocale_giveTheSame(String locale, @TempDir Path folder) throws Exception {
    assertThat(results(locale, folder)).isEqualTo(english);
  }

  private static List<String> results(String locale, Path folder) throws Exception {
    ChildJvm child = new ChildJvm().option("-Dai.djl.pytorch.num_threads=1");
    Splitter.on(' ').split(locale).forEach(child::option);
    Path output = Files.createDirectory(folder.resolve("runs"));
    ChildJvm.Outcome outcome = child.run(LocaleProbe.class, output.toString());
    assertThat(outcome.exit()).as(outcome.output()).isZero();
    return outcome
        .output()
        .lines()
        .filter(line -> line.matches("(GENERATED|TRAINED|METRICS) .*"))
        .toList();
  }
}
