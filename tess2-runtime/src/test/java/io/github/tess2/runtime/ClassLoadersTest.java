package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.runtime.engine.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two class loaders, each with the library. A JVM loads a native library for only one of them. */
class ClassLoadersTest {
  private static List<String> lines;

  @BeforeAll
  static void run() throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .option("-Dai.djl.pytorch.num_threads=1")
            .option("-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
            .run(ClassLoadersProbe.class);
    assertThat(outcome.exit()).as(outcome.output()).isZero();
    lines = outcome.output().lines().filter(line -> line.matches("(first|second) .*")).toList();
    assertThat(lines).as(outcome.output()).hasSize(4);
  }

  @Test
  void generate_firstLoader_answersBeforeAndAfter() {
    assertThat(List.of(lines.get(0), lines.get(3)))
        .containsOnly("first ANSWER 347 + 085 (011) = 432");
  }

  @Test
  void generate_secondLoader_saysWhyNotAndWhatToDo() {
    assertThat(lines.get(1))
        .startsWith("second DeviceException the tokenizers' native library does not load: ")
        .contains("already loaded in another classloader")
        .contains(
            "put this library's jars and DJL's where one class loader serves all applications");
  }

  @Test
  void generate_secondLoaderAgain_saysTheSame() {
    assertThat(lines.get(2)).isEqualTo(lines.get(1));
  }
}
