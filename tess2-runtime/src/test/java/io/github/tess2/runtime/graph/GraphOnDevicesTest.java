package io.github.tess2.runtime.graph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import com.google.common.base.Splitter;
import com.google.common.collect.Iterables;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The graph's code uses nothing that a GPU lacks, and computes the same there as on the CPU. */
class GraphOnDevicesTest {
  private static final Path TEXT = Path.of("src/main/resources/io/github/tess2/runtime/graph");

  /** The kernels that only CPUs use. */
  private static final List<String> CPU_KERNELS =
      List.of("product_onednn.py", "weights_int8_onednn.py");

  /** The kernels of a layer on a GPU. */
  private static final String GPU_KERNELS = "__torch__/kernels_cuda.py";

  /**
   * Operations that make the host wait for a GPU: reading a number, a tensor whose size depends on
   * a result, a copy that is not asynchronous.
   */
  private static final Pattern WAITING =
      Pattern.compile(
          "torch\\.(item|nonzero|equal|is_nonzero|masked_select|unique|bincount|tolist|argwhere)\\("
              + "|torch\\.repeat_interleave\\(\\w+, \\w+\\)|\\b(int|float|bool)\\(torch\\.(?!size)");

  /**
   * Operations that PyTorch has only for the CPU: TorchScript's generators, oneDNN, the packed
   * products of quantized weights.
   */
  private static final Pattern CPU_ONLY =
      Pattern.compile(
          "torch\\.Generator|generator\\s*=|ops\\.(mkldnn|onednn|quantized)\\b|_for_cpu\\b"
              + "|_weight_int8pack_mm|\\.numpy\\(|device=\"cpu\"");

  static Stream<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(TEXT)) {
      return all
          .filter(
              file ->
                  file.toString().endsWith(".py") && CPU_KERNELS.stream().noneMatch(file::endsWith))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void text_namesNoOperatorOfTheCpuAlone(Path file) throws IOException {
    assertThat(code(file)).noneMatch(line -> CPU_ONLY.matcher(line).find());
  }

  /** A step on a GPU does not wait: its code reads no number from the device. */
  @Test
  void text_ofAStepOnAGpu_waitsForNoResult() throws IOException {
    assertThat(code(TEXT.resolve(GPU_KERNELS))).noneMatch(GraphOnDevicesTest::waits);
    assertThat(code(TEXT.resolve("__torch__/backbone.py"))).noneMatch(GraphOnDevicesTest::waits);
    for (String weights : List.of("plain", "dequantized", "int8_cuda", "fp8_cuda")) {
      assertThat(code(TEXT.resolve("__torch__/weights_" + weights + ".py")))
          .noneMatch(GraphOnDevicesTest::waits);
    }
    assertThat(code(TEXT.resolve("__torch__/random.py"))).noneMatch(GraphOnDevicesTest::waits);
    assertThat(code(TEXT.resolve("__torch__/relaxation.py"))).noneMatch(GraphOnDevicesTest::waits);
    // The part of the draw that reads results comes after the early return for devices that must
    // not wait.
    List<String> simplex = code(TEXT.resolve("__torch__/simplex.py"));
    int draw = Iterables.indexOf(simplex, line -> line.startsWith("def draw("));
    int behind = simplex.lastIndexOf("  if __torch__.kernels.asks_for_few_operations():");
    assertThat(draw).isNotNegative();
    assertThat(behind).isGreaterThan(draw);
    assertThat(simplex.subList(0, behind)).noneMatch(GraphOnDevicesTest::waits);
    assertThat(simplex.subList(behind, simplex.size())).anyMatch(GraphOnDevicesTest::waits);
  }

  private static boolean waits(String line) {
    return WAITING.matcher(line).find();
  }

  private static List<String> code(Path file) throws IOException {
    return Splitter.on('\n')
        .splitToStream(Files.readString(file, UTF_8))
        .filter(line -> !line.strip().startsWith("#"))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FP32", "FP16", "BF16"})
  void candidates_onAGpu_arePyTorchsOwnKernelAlone(Precision precision) {
    assertThat(LinearKernel.candidates(Device.gpu(0), precision))
        .containsExactly(LinearKernel.ATEN);
  }

  /** A method that the check omits would fail only on a user's GPU. */
  @Test
  void checkGraph_everyMethod_isCalled() throws IOException {
    String check = Files.readString(Path.of("../docs/cuda/check_graph.py"), UTF_8);
    assertThat(code(TEXT.resolve("__torch__.py")))
        .filteredOn(line -> line.startsWith("  def "))
        .isNotEmpty()
        .allSatisfy(
            line -> {
              String name = line.substring("  def ".length(), line.indexOf('('));
              assertThat(check).contains('"' + name + '"');
            });
  }

  /**
   * On the CPU, and with a model's layers on one or more simulated GPUs. Runs only if Python with
   * PyTorch is installed; the build does not need it.
   */
  @ParameterizedTest
  @CsvSource({"cpu, 1", "simulated, 1", "simulated, 2", "simulated, 3"})
  void checkGraph_withoutAGpu_findsThatAllMethodsAgree(
      String device, String gpus, @TempDir Path folder) throws Exception {
    assumeTrue(exitStatus(folder, "python3", "-c", "import torch") == 0, "python3 has PyTorch");

    int status =
        exitStatus(
            folder, "python3", "../docs/cuda/check_graph.py", "--device", device, "--gpus", gpus);

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
      // The program does not exist.
      return 127;
    }
  }
}
