package io.github.tess2.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.spi.MaskedSampler;
import io.github.tess2.spi.MaskedStep;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every {@link MaskedSampler} must do. Inherit it and name the sampler. */
public abstract class MaskedSamplerContractTest {
  private static final int ROWS = 12;

  /** Returns the sampler under test. */
  protected abstract MaskedSampler sampler();

  /** Steps of a request, early and late, with all, some or one of the rows open. */
  static List<Case> steps() {
    return List.of(
        new Case(1, ROWS, 0), new Case(2, 6, 3), new Case(4, 5, 7), new Case(ROWS, ROWS, ROWS - 1));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void commit_anyStep_choosesOpenRowsOnce(Case step) {
    ImmutableIntArray chosen = sampler().commit(step);

    assertThat(chosen.asList()).doesNotHaveDuplicates();
    assertThat(step.open().asList()).containsAll(chosen.asList());
  }

  @ParameterizedTest
  @MethodSource("steps")
  void commit_again_choosesTheSame(Case step) {
    assertThat(sampler().commit(step)).isEqualTo(sampler().commit(step));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void commit_whereNothingIsCommitted_choosesNothing(Case step) {
    MaskedSampler sampler = sampler();
    if (!sampler.commits(step.step(), step.total(), ROWS, step.open().length())) {
      assertThat(sampler.commit(step).isEmpty()).isTrue();
    } else {
      assertThat(sampler.commit(step).length()).isLessThanOrEqualTo(step.open().length());
    }
  }

  @Test
  void topK_always_isNotNegative() {
    assertThat(sampler().topK()).isNotNegative();
  }

  @Test
  void measure_always_isThere() {
    assertThat(sampler().measure()).isNotNull();
  }

  /**
   * Made-up numbers of a step.
   *
   * @param step from 1
   * @param total T
   * @param decided number of rows that have a token; they come first
   */
  record Case(int step, int total, int decided) implements MaskedStep {
    @Override
    public int rows() {
      return ROWS;
    }

    @Override
    public ImmutableIntArray open() {
      ImmutableIntArray.Builder open = ImmutableIntArray.builder();
      for (int row = decided; row < ROWS; row++) {
        open.add(row);
      }
      return open.build();
    }

    @Override
    public int token(int row) {
      return row % 5;
    }

    @Override
    public double probability(int row) {
      return number(row, 1);
    }

    @Override
    public double drawnFrom(int row) {
      return number(row, 2);
    }

    @Override
    public double measure(int row) {
      return number(row, 3);
    }

    @Override
    public double uniform(int row) {
      return number(row, 4);
    }

    /** A number in (0, 1) that differs between rows. */
    private static double number(int row, int column) {
      return (row * 0.618_033_988_75 + column * 0.137) % 1 * 0.98 + 0.01;
    }
  }
}
