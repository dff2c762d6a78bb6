package io.github.tess2.runtime.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import com.google.common.base.Splitter;
import io.github.tess2.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** That the graph's text names nothing a GPU lacks, and that it computes there as on the CPU. */
class GraphOnDevicesTest {
  private static final Path TEXT = Path.of("src/main/resources/io/github/tess2/runtime/graph");

  /** The kernel that only CPUs are given. */
  private static final String CPU_KERNEL = "product_onednn.py";

  /**
   * What PyTorch has for the CPU alone: TorchScript's generators, oneDNN, the packed products of
   * quantised weights.
   */
  private static final Pattern CPU_ONLY =
      Pattern.compile(
          "torch\\.Generator|generator\\s*=|ops\\.(mkldnn|onednn|quantized)\\b|_for_cpu\\b"
              + "|_weight_int8pack_mm|\\.numpy\\(|device=\"cpu\"");

  static Stream<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(TEXT)) {
      return all
          .filter(file -> file.toString().endsWith(".py") && !file.endsWith(CPU_KERNEL))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void text_namesNoOperatorOfTheCpuAlone(Path file) throws IOException {
    List<String> code =
        Splitter.on('\n')
            .splitToStream(Files.readString(file, UTF_8))
            .filter(line -> !line.strip().startsWith("#"))
            .toList();

    assertThat(code).noneMatch(line -> CPU_ONLY.matcher(line).find());
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "FP16", "BF16"})
  void candidates_onAGpu_arePyTorchsOwnKernelAlone(Precision precision) {
    assertThat(LinearKernel.candidates(Device.gpu(0), precision))
        .containsExactly(LinearKernel.ATEN);
  }

  /** Runs where there is a Python with PyTorch; the build needs none. */
  @Test
  void checkGraph_onTheCpu_findsThatAllMethodsAgree(@TempDir Path folder) throws Exception {
    assumeTrue(exitStatus(folder, "python3", "-c", "import torch") == 0, "python3 has PyTorch");

    int status = exitStatus(folder, "python3", "../docs/cuda/check_graph.py", "--device", "cpu");

    assertThat(status).as(Files.readString(folder.resolve("output"))).isZero();
  }

  private static int exitStatus(Path folder, String... command)
      throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("output").toFile())
          .start()
          .waitFor();
    } catch (IOException e) {
      // No such program.
      return 127;
    }
  }
}
