package io.github.tess2.contract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.Tokenizer;
import io.github.tess2.spi.Denoiser;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.RewardInput;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A point of a run at which a reward is tested: a prompt, then an answer of which only
 * probabilities are known. A seeded generator makes them.
 *
 * @param description the description in the report
 * @param step from 1
 * @param total T
 * @param peak how sure the model is: the standard deviation of its logits
 * @param hard whether each position has one token with certainty
 */
record RewardCase(String description, int step, int total, double peak, boolean hard) {
  static final int SEQUENCES = 3;
  static final int GENERATED = 24;

  private static final Tokenizer TOKENIZER = new LetterTokenizer();
  private static final int HIDDEN = 8;
  private static final String PROMPT = "What is it?\n";

  /** Logits of every sequence, {@code [B,G,V]}. */
  NDArray logits(NDManager manager) {
    return manager.create(
        gaussians(23 + step, peak, SEQUENCES * GENERATED * TOKENIZER.size()),
        new Shape(SEQUENCES, GENERATED, TOKENIZER.size()));
  }

  /** A direction in which to move the logits, with the same shape. */
  NDArray direction(NDManager manager) {
    return manager.create(
        gaussians(71, 1, SEQUENCES * GENERATED * TOKENIZER.size()),
        new Shape(SEQUENCES, GENERATED, TOKENIZER.size()));
  }

  /** The reward's input for the logits of some sequences. */
  Input input(NDManager manager, NDArray logits) {
    NDArray p = logits.softmax(-1);
    if (hard) {
      p = p.argMax(-1).oneHot(TOKENIZER.size());
    }
    return new Input(manager, p);
  }

  /** The reward's input for the probabilities p of some sequences, {@code [B,G,V]}. */
  Input inputOf(NDManager manager, NDArray p) {
    return new Input(manager, p);
  }

  /** The request that this is a step of. */
  Guidance.Request request(NDManager manager) {
    return request(
        manager,
        (canvas, ids, positions) -> {
          throw new UnsupportedOperationException("a reward asks for no other predictions");
        });
  }

  /** The request that this is a step of, with a model that can predict more. */
  Guidance.Request request(NDManager manager, Denoiser denoiser) {
    return new Request(manager, denoiser);
  }

  @Override
  public String toString() {
    return description;
  }

  private static float[] gaussians(long seed, double scale, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  private static ImmutableIntArray sequence() {
    int[] pads = new int[GENERATED];
    Arrays.fill(pads, TOKENIZER.padId());
    return ImmutableIntArray.builder()
        .add(TOKENIZER.bosId())
        .addAll(TOKENIZER.encode(PROMPT))
        .addAll(pads)
        .build();
  }

  private static ImmutableIntArray generated() {
    int length = sequence().length();
    return ImmutableIntArray.copyOf(IntStream.range(length - GENERATED, length));
  }

  /**
   * The input of a reward. Each view is a function of the same p, so that autograd covers all of
   * them.
   */
  final class Input implements RewardInput {
    private final NDManager manager;
    private final NDArray p;

    private Input(NDManager manager, NDArray p) {
      this.manager = manager;
      this.p = p;
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public int step() {
      return step;
    }

    @Override
    public int total() {
      return total;
    }

    @Override
    public ImmutableIntArray ids() {
      return sequence();
    }

    @Override
    public ImmutableIntArray positions() {
      return generated();
    }

    @Override
    public Tokenizer tokenizer() {
      return TOKENIZER;
    }

    @Override
    public boolean endsAtEos() {
      return true;
    }

    @Override
    public NDArray probabilities() {
      return p;
    }

    @Override
    public NDArray probabilitiesOf(int... tokenIds) {
      float[] picked = new float[TOKENIZER.size() * tokenIds.length];
      for (int i = 0; i < tokenIds.length; i++) {
        picked[tokenIds[i] * tokenIds.length + i] = 1;
      }
      return expected(manager.create(picked, new Shape(TOKENIZER.size(), tokenIds.length)));
    }

    @Override
    public NDArray embeddings() {
      return p.matMul(embedding());
    }

    @Override
    public NDArray expected(NDArray table) {
      return p.matMul(table);
    }

    @Override
    public NDArray embeddingsOf(ImmutableIntArray tokenIds) {
      NDList rows = new NDList();
      tokenIds.forEach(token -> rows.add(embedding().get("%d:%d".formatted(token, token + 1))));
      return NDArrays.concat(rows, 0);
    }

    private NDArray embedding() {
      return manager.create(
          gaussians(5, 1, TOKENIZER.size() * HIDDEN), new Shape(TOKENIZER.size(), HIDDEN));
    }
  }

  private final class Request implements Guidance.Request {
    private final NDManager manager;
    private final Denoiser denoiser;

    Request(NDManager manager, Denoiser denoiser) {
      this.manager = manager;
      this.denoiser = denoiser;
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public Tokenizer tokenizer() {
      return TOKENIZER;
    }

    @Override
    public int vocabularySize() {
      return TOKENIZER.size();
    }

    @Override
    public ImmutableIntArray ids() {
      return sequence();
    }

    @Override
    public ImmutableIntArray positions() {
      return generated();
    }

    @Override
    public boolean endsAtEos() {
      return true;
    }

    @Override
    public int total() {
      return total;
    }

    @Override
    public long seed() {
      return 7;
    }

    @Override
    public Denoiser denoiser() {
      return denoiser;
    }
  }
}
