package io.github.tess2;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.reflect.ClassPath;
import com.google.common.testing.NullPointerTester;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Option;
import io.github.tess2.spi.OptionValues;
import io.github.tess2.spi.PluginSpec;
import io.github.tess2.spi.Plugins;
import io.github.tess2.spi.Relaxation;
import io.github.tess2.spi.RewardModel;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.Scale;
import io.github.tess2.training.Conventions;
import io.github.tess2.training.TrainingConfig;
import io.github.tess2.training.TrainingStage;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Passes null for each parameter in turn to everything public in the API and the SPI. */
class NullsTest {
  private static final GenerationRequest REQUEST = GenerationRequest.of("Hi");
  private static final Option<Double> OPTION = Option.number("x", 0, 1, "a number").or(0.5);

  private static NullPointerTester tester() {
    return new NullPointerTester()
        .setDefault(Path.class, Path.of("folder"))
        .setDefault(String.class, "name")
        .setDefault(int.class, 1)
        .setDefault(double.class, 0.5)
        .setDefault(Prompt.class, REQUEST.prompt())
        .setDefault(Message.class, Message.user("Hi"))
        .setDefault(GenerationRequest.class, REQUEST)
        .setDefault(GenerationOptions.class, REQUEST.options())
        .setDefault(GenerationListener.class, GenerationListener.IGNORE)
        .setDefault(ComputeDevice.class, ComputeDevice.CPU)
        .setDefault(ImmutableIntArray.class, ImmutableIntArray.of())
        .setDefault(ImmutableDoubleArray.class, ImmutableDoubleArray.of())
        .setDefault(Confidence.class, new Confidence(ImmutableDoubleArray.of()))
        .setDefault(Duration.class, Duration.ZERO)
        .setDefault(Timings.class, Timings.builder().build())
        .setDefault(
            TrainingConfig.class,
            TrainingConfig.builder(TrainingStage.REWARD)
                .startFrom(Path.of("a"))
                .data(Path.of("b"))
                .output(Path.of("c"))
                .build())
        .setDefault(Option.class, OPTION)
        .setDefault(PluginSpec.class, PluginSpec.parse("name"))
        .setDefault(Relaxation.class, Relaxation.SOFTMAX)
        .setDefault(Scale.class, Scale.constant(1));
  }

  /** All public types, including nested ones, except tests. */
  static Stream<Class<?>> types() throws Exception {
    ClassPath classPath = ClassPath.from(NullsTest.class.getClassLoader());
    return Stream.of("io.github.tess2", "io.github.tess2.spi", "io.github.tess2.training")
        .flatMap(name -> classPath.getTopLevelClasses(name).stream())
        .map(ClassPath.ClassInfo::load)
        .flatMap(NullsTest::withNested)
        .filter(type -> Modifier.isPublic(type.getModifiers()))
        .filter(type -> !type.getName().contains("Test"));
  }

  private static Stream<Class<?>> withNested(Class<?> type) {
    return Stream.concat(
        Stream.of(type), Stream.of(type.getDeclaredClasses()).flatMap(NullsTest::withNested));
  }

  /** An instance of each type that has non-abstract methods. */
  static Stream<Object> instances() {
    return Stream.of(
        DiffusionLM.builder(),
        GenerationRequest.builder(REQUEST.prompt()),
        REQUEST.options(),
        new Confidence(ImmutableDoubleArray.of()),
        OPTION,
        OptionValues.of("x", List.of(OPTION), ImmutableMap.of()),
        Plugins.of(Sampler.class),
        Prompt.infill(),
        Conventions.builder(),
        TrainingConfig.builder(TrainingStage.REWARD));
  }

  @Test
  void types_found_areAllThereAre() throws Exception {
    assertThat(types())
        .contains(DiffusionLM.class, DiffusionLM.Builder.class, Guidance.Run.class)
        .contains(Prompt.Infill.class, RewardModel.Configuration.class)
        .hasSizeGreaterThan(50);
  }

  @ParameterizedTest
  @MethodSource("types")
  void constructor_null_isRefused(Class<?> type) {
    // An exception without a message is allowed here.
    if (!Modifier.isAbstract(type.getModifiers()) && !Throwable.class.isAssignableFrom(type)) {
      tester().testAllPublicConstructors(type);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void staticMethod_null_isRefused(Class<?> type) {
    tester().testAllPublicStaticMethods(type);
  }

  @ParameterizedTest
  @MethodSource("io.github.tess2.ValuesTest#values")
  void builder_null_isRefused(Object value) throws Exception {
    tester().testAllPublicInstanceMethods(value.getClass().getMethod("toBuilder").invoke(value));
  }

  @ParameterizedTest
  @MethodSource("instances")
  void method_null_isRefused(Object instance) {
    tester().testAllPublicInstanceMethods(instance);
  }
}
