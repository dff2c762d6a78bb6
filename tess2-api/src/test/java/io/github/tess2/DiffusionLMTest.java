package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.tess2.contract.Providers;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.RewardModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the interface itself: its default methods and the builder. */
class DiffusionLMTest {
  @RegisterExtension final Providers providers = new Providers();

  @Test
  void generate_message_asksForAChatOfOneTurn() {
    FakeLM lm = new FakeLM(null);

    lm.generate("Hi");

    assertThat(lm.requests)
        .extracting(GenerationRequest::prompt)
        .containsExactly(Prompt.user("Hi"));
  }

  @Test
  void generate_emptyMessage_isRejected() {
    FakeLM lm = new FakeLM(null);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> lm.generate(""))
        .withMessage("message content must not be blank, but is: \"\"");
  }

  @Test
  void generate_withoutListener_neverCancels() {
    FakeLM lm = new FakeLM(null);

    lm.generate(GenerationRequest.of("Hi"));

    assertThat(lm.signals).containsExactly(GenerationListener.Signal.CONTINUE);
  }

  @Test
  void build_oneRuntime_isGivenWhatWasSet() throws Exception {
    providers.install(DiffusionRuntime.class, Fake.class);

    DiffusionLM lm =
        DiffusionLM.builder()
            .model(Path.of("somewhere"))
            .device(ComputeDevice.cuda(1))
            .precision(Precision.FP16)
            .weights(WeightFormat.INT8)
            .threads(3)
            .steps(12)
            .build();

    DiffusionRuntime.Configuration given = ((FakeLM) lm).configuration;
    assertThat(given.model()).isEqualTo(Path.of("somewhere"));
    assertThat(given.device()).isEqualTo(ComputeDevice.cuda(1));
    assertThat(given.precision()).isEqualTo(Precision.FP16);
    assertThat(given.weights()).isEqualTo(WeightFormat.INT8);
    assertThat(given.threads()).hasValue(3);
    assertThat(given.options().steps()).isEqualTo(12);
  }

  @Test
  void build_nothingSet_leavesAllToTheRuntime() throws Exception {
    providers.install(DiffusionRuntime.class, Fake.class);

    DiffusionLM lm = DiffusionLM.builder().build();

    DiffusionRuntime.Configuration given = ((FakeLM) lm).configuration;
    assertThat(given.model()).isNull();
    assertThat(given.device()).isEqualTo(ComputeDevice.AUTO);
    assertThat(given.precision()).isEqualTo(Precision.AUTO);
    assertThat(given.weights()).isEqualTo(WeightFormat.UNQUANTIZED);
    assertThat(given.threads()).isEmpty();
    assertThat(given.options()).hasToString("{}");
  }

  @Test
  void threads_none_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusionLM.builder().threads(0))
        .withMessage("threads must be greater than zero, but is: 0");
  }

  @Test
  void configuration_noThreads_isRefused() {
    GenerationOptions options = GenerationRequest.of("x").options();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusionRuntime.Configuration.builder(options).threads(0))
        .withMessage("threads must be greater than zero, but is: 0");
  }

  @Test
  void build_runtimeByName_isThatOne() throws Exception {
    providers.install(DiffusionRuntime.class, Fake.class, OtherFake.class);

    DiffusionLM lm = DiffusionLM.builder().runtime("Other-Fake").build();

    assertThat(((FakeLM) lm).runtime).isInstanceOf(OtherFake.class);
  }

  @Test
  void build_withoutRuntime_tellsWhatToAdd() {
    DiffusionLM.Builder builder = DiffusionLM.builder();

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(builder::build)
        .withMessage(
            "no DiffusionRuntime is installed: add tess2-runtime, or another jar that provides"
                + " io.github.tess2.spi.DiffusionRuntime, to the class path");
  }

  @Test
  void build_severalRuntimes_listsThem() throws Exception {
    providers.install(DiffusionRuntime.class, Fake.class, OtherFake.class);

    DiffusionLM.Builder builder = DiffusionLM.builder();

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(builder::build)
        .withMessage("choose one DiffusionRuntime by name; there are [fake, other-fake]");
  }

  @Test
  void build_unknownRuntime_listsThoseThereAre() throws Exception {
    providers.install(DiffusionRuntime.class, Fake.class);

    DiffusionLM.Builder builder = DiffusionLM.builder().runtime("onnx");

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(builder::build)
        .withMessageStartingWith("no DiffusionRuntime is named \"onnx\"; there are [fake].");
  }

  @Test
  void rewardModel_unknownRuntime_listsThoseThereAre() throws Exception {
    providers.install(DiffusionRuntime.class, Fake.class);
    RewardModel.Configuration configuration =
        RewardModel.Configuration.builder().runtime("onnx").build();

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(() -> RewardModel.open(configuration))
        .withMessageStartingWith("no DiffusionRuntime is named \"onnx\"; there are [fake].");
  }

  @Test
  void model_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> DiffusionLM.builder().model(null))
        .withMessage("model");
  }

  @Test
  void device_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> DiffusionLM.builder().device(null))
        .withMessage("device");
  }

  @Test
  void precision_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> DiffusionLM.builder().precision(null))
        .withMessage("precision");
  }

  @Test
  void weights_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> DiffusionLM.builder().weights(null))
        .withMessage("format");
  }

  @Test
  void runtime_blank_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffusionLM.builder().runtime(""))
        .withMessage("runtime must not be blank, but is: \"\"");
  }

  @Test
  void runtime_null_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> DiffusionLM.builder().runtime(null))
        .withMessage("runtime");
  }

  @Test
  void requestBuilder_nullPrompt_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> GenerationRequest.builder(null))
        .withMessage("prompt");
  }

  @Test
  void configuration_nullDevice_isRejected() {
    GenerationOptions options = GenerationRequest.of("Hi").options();

    assertThatNullPointerException()
        .isThrownBy(() -> DiffusionRuntime.Configuration.builder(options).device(null))
        .withMessage("device");
  }

  @Test
  void configuration_nullPrecision_isRejected() {
    GenerationOptions options = GenerationRequest.of("Hi").options();

    assertThatNullPointerException()
        .isThrownBy(() -> DiffusionRuntime.Configuration.builder(options).precision(null))
        .withMessage("precision");
  }

  @Test
  void configuration_nullOptions_isRejected() {
    assertThatNullPointerException()
        .isThrownBy(() -> DiffusionRuntime.Configuration.builder(null))
        .withMessage("options");
  }

  /** A runtime whose models report how they were made. */
  public static class Fake implements DiffusionRuntime {
    @Override
    public String name() {
      return "fake";
    }

    @Override
    public DiffusionLM open(Configuration configuration) {
      FakeLM lm = new FakeLM(configuration);
      lm.runtime = this;
      return lm;
    }
  }

  /** A second runtime. */
  public static class OtherFake extends Fake {
    @Override
    public String name() {
      return "other-fake";
    }
  }

  private static final class FakeLM implements DiffusionLM {
    final DiffusionRuntime.Configuration configuration;
    final List<GenerationRequest> requests = new ArrayList<>();
    final List<GenerationListener.Signal> signals = new ArrayList<>();
    DiffusionRuntime runtime;

    FakeLM(DiffusionRuntime.Configuration configuration) {
      this.configuration = configuration;
    }

    @Override
    public GenerationResult generate(GenerationRequest request, GenerationListener listener) {
      requests.add(request);
      signals.add(listener.onStep(null));
      return null;
    }

    @Override
    public List<GenerationResult> generateAll(List<GenerationRequest> all) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<GenerationResult> generateAsync(
        GenerationRequest request, GenerationListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Flow.Publisher<DenoisingStep> stream(GenerationRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Activity activity() {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<CompletableFuture<GenerationResult>> generateAllAsync(
        List<GenerationRequest> requests) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ModelInfo info() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Tokenizer tokenizer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
