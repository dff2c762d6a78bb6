package io.github.tess2.runtime.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EngineStartTest {
  private static final String NATIVES = "pytorch-native-cpu";

  /** The name under which DJL unpacks its bridge. */
  private static final String BRIDGE = "0.36.0-" + System.mapLibraryName("djl_torch");

  @Test
  void plainDjl_nothingSet_callsHome() throws Exception {
    // This is not desired. It shows that the recorder that the tests below rely on detects DJL's
    // connections.
    ChildJvm.Outcome outcome = new ChildJvm().run(EngineProbe.class, "plain-djl");

    assertThat(outcome.output()).contains("CONNECT http://169.254.169.254/latest/api/token");
  }

  @Test
  void engine_nothingSet_computesWithoutTheNetwork() throws Exception {
    ChildJvm.Outcome outcome = new ChildJvm().run(EngineProbe.class, "engine");

    assertThat(outcome.output()).contains("SUM 42.0").doesNotContain("CONNECT");
    assertThat(outcome.exit()).isZero();
  }

  @Test
  void engine_downloadsAllowed_stillMakesNoReport() throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm().environment("DJL_OFFLINE", "false").run(EngineProbe.class, "engine");

    assertThat(outcome.output()).contains("SUM 42.0").doesNotContain("CONNECT");
  }

  @Test
  void tokenizer_afterStayOffline_makesNoReport() throws Exception {
    ChildJvm.Outcome outcome = new ChildJvm().run(EngineProbe.class, "tokenizer");

    assertThat(outcome.output()).contains("IDS [0]").doesNotContain("CONNECT");
  }

  @Test
  void engine_emptyCacheDirectory_unpacksTheNativesThereForAllWhoStart(@TempDir Path home)
      throws Exception {
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      children.add(
          new ChildJvm()
              .withoutVariables("ENGINE_CACHE_DIR", "DJL_CACHE_DIR")
              .option("-Duser.home=" + home)
              .start(EngineProbe.class, "engine"));
    }

    for (Process child : children) {
      String output = new String(child.getInputStream().readAllBytes(), UTF_8);
      assertThat(child.waitFor()).as(output).isZero();
      assertThat(output).contains("SUM 42.0").doesNotContain("CONNECT", "native libraries are in");
    }
    assertThat(fileNamed(home.resolve(".djl.ai"), System.mapLibraryName("torch"))).isRegularFile();
    assertThat(home.resolve(".djl.ai/pytorch")).isDirectoryNotContaining("glob:**/tmp*");
  }

  @Test
  void engine_contextLoaderThatKnowsNoDjl_starts() throws Exception {
    ChildJvm.Outcome outcome = new ChildJvm().run(EngineProbe.class, "foreign-context-loader");

    assertThat(outcome.output()).contains("SUM 42.0");
  }

  @Test
  void begin_natives_startsTheEngineWithoutWaitingForACaller() throws Exception {
    ChildJvm.Outcome outcome = new ChildJvm().run(EngineProbe.class, "begun");

    assertThat(outcome.output())
        .containsPattern("THREADS [1-9]")
        .contains("SUM 42.0")
        .doesNotContain("CONNECT");
  }

  @Test
  void begin_withoutNatives_leavesTheErrorToTheCallerOfEngine(@TempDir Path cache)
      throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .withoutJars(NATIVES)
            .environment("DJL_CACHE_DIR", cache.toString())
            .run(EngineProbe.class, "begun");

    assertThat(outcome.output())
        .contains("THREADS 0")
        .contains("ERROR PyTorch's native libraries for ")
        .doesNotContain("Exception in thread");
  }

  @Test
  void engine_withoutNatives_namesTheArtifact(@TempDir Path cache) throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .withoutJars(NATIVES)
            .environment("DJL_CACHE_DIR", cache.toString())
            .run(EngineProbe.class, "engine");

    assertThat(outcome.output())
        .contains("ERROR PyTorch's native libraries for ")
        .contains("add ai.djl.pytorch:pytorch-native-cpu:2.7.1 with classifier ")
        .doesNotContain("CONNECT");
  }

  @Test
  void engine_withoutNativesButDownloadsAllowed_leavesItToDjl(@TempDir Path cache)
      throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .withoutJars(NATIVES)
            .option("-Dai.djl.offline=false")
            .environment("DJL_CACHE_DIR", cache.toString())
            .run(EngineProbe.class, "engine");

    assertThat(outcome.output())
        .contains("CONNECT https://publish.djl.ai/pytorch/2.7.1/files.txt")
        .contains("ERROR The PyTorch engine does not start: ");
  }

  @Test
  void engine_withoutBridge_namesTheArtifact(@TempDir Path cache) throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .withoutJars("pytorch-jni")
            .environment("DJL_CACHE_DIR", cache.toString())
            .run(EngineProbe.class, "engine");

    assertThat(outcome.output())
        .contains("ERROR DJL's bridge to PyTorch is not on the class path: add ")
        .contains("ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0")
        .doesNotContain("CONNECT");
  }

  @Test
  void engine_libraryPathWithoutLibTorch_saysSo(@TempDir Path empty) throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .environment("PYTORCH_LIBRARY_PATH", empty.toString())
            .run(EngineProbe.class, "engine");

    assertThat(outcome.output())
        .contains(
            "ERROR PYTORCH_LIBRARY_PATH must name a folder that holds "
                + System.mapLibraryName("torch")
                + ", but is: "
                + empty);
  }

  @Test
  void engine_libraryPathWithLibTorch_computesWithThatAndTheBridgeOfTheJar(
      @TempDir Path cache, @TempDir Path emptyCache) throws Exception {
    new ChildJvm().environment("DJL_CACHE_DIR", cache.toString()).run(EngineProbe.class, "engine");
    Path libTorch = fileNamed(cache, System.mapLibraryName("torch"));
    Files.delete(libTorch.resolveSibling(BRIDGE));

    ChildJvm.Outcome outcome =
        new ChildJvm()
            .withoutJars(NATIVES)
            .environment("DJL_CACHE_DIR", emptyCache.toString())
            .environment("PYTORCH_LIBRARY_PATH", libTorch.getParent().toString())
            .run(EngineProbe.class, "engine");

    assertThat(outcome.output()).contains("SUM 42.0").doesNotContain("CONNECT");
    assertThat(fileNamed(emptyCache, BRIDGE)).exists();
  }

  @Test
  void missingNatives_platformWithoutArtifact_offersNoArtifact() {
    assertThat(EngineStart.missingNatives("2.7.1", "osx-x86_64"))
        .contains("for osx-x86_64 are not on the class path")
        .contains("there is no such artifact for this platform")
        .doesNotContain("pytorch-native-cpu");
  }

  @Test
  void stayOffline_nothingSet_switchesReportAndDownloadsOff() {
    Properties properties = new Properties();

    EngineStart.stayOffline(Map.of(), properties);

    assertThat(properties)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("OPT_OUT_TRACKING", "true", "ai.djl.offline", "true"));
  }

  @Test
  void stayOffline_setAsProperties_leavesThem() {
    Properties properties = new Properties();
    properties.setProperty("OPT_OUT_TRACKING", "false");
    properties.setProperty("offline", "false");

    EngineStart.stayOffline(Map.of(), properties);

    assertThat(properties)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("OPT_OUT_TRACKING", "false", "offline", "false"));
  }

  @Test
  void stayOffline_setInTheEnvironment_leavesTheProperties() {
    Properties properties = new Properties();

    EngineStart.stayOffline(
        Map.of("OPT_OUT_TRACKING", "false", "DJL_OFFLINE", "false"), properties);

    assertThat(properties).isEmpty();
  }

  private static Path fileNamed(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }
}
