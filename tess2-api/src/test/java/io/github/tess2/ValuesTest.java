package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.DiffusionRuntime;
import io.github.tess2.spi.RewardModel;
import io.github.tess2.training.AdamW;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.DataProgress;
import io.github.tess2.training.FreshModel;
import io.github.tess2.training.LearningRate;
import io.github.tess2.training.Lora;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingProgress;
import io.github.tess2.training.TrainingResult;
import io.github.tess2.training.TrainingStage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all classes with a builder have in common. */
class ValuesTest {
  private static final Confidence SURE = new Confidence(ImmutableDoubleArray.of(1));
  private static final Timings TIMINGS =
      Timings.builder()
          .waiting(Duration.ofMillis(1))
          .denoising(Duration.ofMillis(2))
          .total(Duration.ofMillis(3))
          .build();

  /** Another value for each type of parameter than {@link #values} have. */
  private static final Map<Class<?>, Object> OTHERS =
      Map.ofEntries(
          Map.entry(int.class, 16),
          Map.entry(long.class, 17L),
          Map.entry(double.class, 0.125),
          Map.entry(boolean.class, true),
          Map.entry(String.class, "other"),
          Map.entry(Path.class, Path.of("other")),
          Map.entry(Duration.class, Duration.ofSeconds(9)),
          Map.entry(Executor.class, (Executor) Runnable::run),
          Map.entry(OptionalDouble.class, OptionalDouble.of(0.125)),
          Map.entry(List.class, List.of("other")),
          Map.entry(Set.class, Set.of(Lora.Target.Q_PROJ)),
          Map.entry(ImmutableIntArray.class, ImmutableIntArray.of(16)),
          Map.entry(Confidence.class, new Confidence(ImmutableDoubleArray.of(0.125))),
          Map.entry(Timings.class, Timings.builder().build()),
          Map.entry(FinishReason.class, FinishReason.CANCELLED),
          Map.entry(Precision.class, Precision.BF16),
          Map.entry(WeightFormat.class, WeightFormat.INT8),
          Map.entry(ComputeDevice.class, ComputeDevice.cuda(1)),
          Map.entry(RewardModel.Readout.class, RewardModel.Readout.LAST),
          Map.entry(LearningRate.Shape.class, LearningRate.Shape.COSINE),
          Map.entry(Batching.class, Batching.builder().maxRows(16).build()),
          Map.entry(
              GenerationOptions.class,
              GenerationRequest.builder(Prompt.user("x")).steps(16).build().options()));

  static Stream<Object> values() {
    return Stream.of(
        Activity.builder().waiting(1).running(2).rows(3).maxRows(4).steps(5).totalRows(6).build(),
        TIMINGS,
        Batching.builder()
            .maxRows(1)
            .maxWaiting(2)
            .maxWait(Duration.ofMillis(3))
            .executor(work -> {})
            .build(),
        DenoisingStep.builder("a", ImmutableIntArray.of(1), SURE).step(1).total(2).build(),
        GenerationResult.builder("a", ImmutableIntArray.of(1), SURE, FinishReason.LENGTH)
            .blanks(List.of("a"))
            .steps(1)
            .seed(2)
            .reward(OptionalDouble.of(3))
            .timings(TIMINGS)
            .build(),
        ModelInfo.builder("llama", Precision.FP32, WeightFormat.UNQUANTIZED, ComputeDevice.CPU)
            .parameters(1)
            .layers(2)
            .hiddenSize(3)
            .vocabularySize(4)
            .maxLength(5)
            .weightBytes(6)
            .build(),
        DiffusionRuntime.Configuration.builder(GenerationRequest.of("x").options()).build(),
        RewardModel.Configuration.builder().build(),
        AdamW.DEFAULT,
        LearningRate.builder(1).shape(LearningRate.Shape.LINEAR).endShare(0.5).build(),
        Lora.ofRank(1),
        FreshModel.builder(Path.of("a"))
            .hiddenSize(1)
            .layers(2)
            .heads(32)
            .keyValueHeads(8)
            .headDimension(4)
            .intermediateSize(5)
            .maxLength(6)
            .build(),
        DataProgress.builder(Path.of("a")).checked(1).total(2).cut(3).skipped(4).build(),
        TrainingProgress.builder().step(1).totalSteps(2).loss(3).learningRate(4).build(),
        TrainingResult.builder(Path.of("a")).steps(1).tokens(2).build());
  }

  @ParameterizedTest
  @MethodSource("values")
  void toBuilder_unchanged_buildsAnEqual(Object value) throws Exception {
    Object same = build(toBuilder(value));

    assertThat(same).isEqualTo(value).hasSameHashCodeAs(value).hasToString(value.toString());
    assertThat(same).isNotSameAs(value).isNotEqualTo(null).isNotEqualTo("another type");
  }

  @TestFactory
  Stream<DynamicTest> setter_anotherValue_changesThatPropertyOnly() {
    return values()
        .flatMap(
            value ->
                setters(value)
                    .map(
                        setter ->
                            DynamicTest.dynamicTest(
                                value.getClass().getSimpleName() + "." + setter.getName(),
                                () -> assertChangesOnlyItsProperty(value, setter))));
  }

  private static void assertChangesOnlyItsProperty(Object value, Method setter) throws Exception {
    Object other = OTHERS.get(setter.getParameterTypes()[0]);
    Object builder = toBuilder(value);
    assertThat(setter.invoke(builder, other)).isSameAs(builder);
    Object changed = build(builder);

    Map<String, Object> expected = properties(value);
    Object old = expected.get(setter.getName());
    expected.put(
        setter.getName(),
        old instanceof OptionalInt
            ? OptionalInt.of((int) other)
            : old instanceof Optional ? Optional.of(other) : other);
    assertThat(properties(changed)).isEqualTo(expected);
    assertThat(changed).isNotEqualTo(value);
  }

  private static Stream<Method> setters(Object value) {
    return Arrays.stream(value.getClass().getDeclaredClasses())
        .filter(type -> type.getSimpleName().equals("Builder"))
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getParameterCount() == 1);
  }

  private static Map<String, Object> properties(Object value) throws Exception {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Method method : value.getClass().getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())
          && !Modifier.isStatic(method.getModifiers())
          && method.getParameterCount() == 0
          && !Set.of("toBuilder", "hashCode", "toString").contains(method.getName())) {
        all.put(method.getName(), method.invoke(value));
      }
    }
    return all;
  }

  private static Object toBuilder(Object value) throws Exception {
    return value.getClass().getMethod("toBuilder").invoke(value);
  }

  private static Object build(Object builder) throws Exception {
    try {
      return builder.getClass().getMethod("build").invoke(builder);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }

  @Test
  void toString_value_readsLikeARecord() {
    assertThat(TIMINGS)
        .hasToString("Timings[waiting=PT0.001S, denoising=PT0.002S, total=PT0.003S]");
  }

  @Test
  void toBuilder_request_keepsPromptOptionsAndCancellation() {
    Cancellation cancellation = new Cancellation();
    GenerationRequest request =
        GenerationRequest.builder(Prompt.user("a")).steps(3).cancellation(cancellation).build();

    GenerationRequest other = request.toBuilder().seed(4).build();

    assertThat(other.prompt()).isEqualTo(request.prompt());
    assertThat(other.options()).hasToString("{steps=3, seed=4}");
    assertThat(other.cancellation()).containsSame(cancellation);
    assertThat(request.options()).hasToString("{steps=3}");
  }

  @Test
  void toBuilder_requestWithAnotherPrompt_keepsTheOptions() {
    GenerationRequest request = GenerationRequest.builder(Prompt.user("a")).steps(3).build();

    GenerationRequest other = request.toBuilder().prompt(Prompt.user("b")).build();

    assertThat(other.prompt()).isEqualTo(Prompt.user("b"));
    assertThat(other.options().steps()).isEqualTo(3);
  }

  @Test
  void toBuilder_trainingConfig_doesNotChangeTheOriginal() {
    TrainingConfig config =
        TrainingConfig.builder(TrainingStage.REWARD)
            .startFrom(Path.of("a"))
            .data(Path.of("b"))
            .output(Path.of("c"))
            .steps(3)
            .build();

    TrainingConfig other = config.toBuilder().batchSize(5).build();

    assertThat(other).usingRecursiveComparison().ignoringFields("set.batchSize").isEqualTo(config);
    assertThat(other.batchSize()).isEqualTo(5);
    assertThat(config.batchSize()).isEqualTo(32);
  }

  @Test
  void toBuilder_conventions_keepsEveryChoice() {
    for (TrainingStage stage : TrainingStage.values()) {
      Conventions published = Conventions.published(stage, true);

      assertThat(published.toBuilder().build()).isEqualTo(published);
    }
  }

  @Test
  void options_ofARequest_comeBeforeTheDefaults() {
    GenerationOptions own =
        GenerationRequest.builder(Prompt.user("a")).steps(3).sampler("x").build().options();
    GenerationOptions defaults =
        GenerationRequest.builder(Prompt.user("a")).steps(4).topP(0.5).build().options();

    GenerationOptions all = own.orElse(defaults);

    assertThat(all.steps()).isEqualTo(3);
    assertThat(all.topP()).isEqualTo(0.5);
    assertThat(all.greedy()).isFalse();
    assertThat(all.sampler()).hasToString("x");
    assertThat(all.length()).isNull();
    assertThat(all.plugins()).containsExactly(own.sampler());
  }
}
