package io.github.tess2.runtime.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.Longs;
import io.github.tess2.Precision;
import io.github.tess2.WeightFormat;
import io.github.tess2.runtime.checkpoint.Checkpoint;
import io.github.tess2.runtime.checkpoint.ModelConfig;
import io.github.tess2.runtime.checkpoint.WeightLayout;
import io.github.tess2.runtime.engine.Closing;
import io.github.tess2.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An autoregressive checkpoint on a device, for comparison with diffusion: the model from which
 * adaptation starts, or one that is tuned on the same data from left to right.
 *
 * <p>Letters in shapes: R rows of packed sequences, S sequences, V the vocabulary size.
 * Thread-safe.
 */
public final class CausalModel implements AutoCloseable {
  private final ModelConfig config;
  private final NDManager manager;
  private final Graph graph;
  private final Backbone backbone;
  private final NDArray head;

  private CausalModel(NDManager manager, Graph graph, Checkpoint checkpoint, Precision precision) {
    this.config = checkpoint.config();
    this.manager = manager;
    this.graph = graph;
    WeightLoader loader =
        new WeightLoader(graph, manager, checkpoint, precision, WeightFormat.UNQUANTIZED);
    this.backbone =
        new Backbone(graph, manager, loader, config, true, List.of(manager.getDevice()));
    this.head =
        config.tiedHead() ? backbone.embedding() : loader.load(new WeightLayout(config).head());
  }

  /**
   * Loads a checkpoint. The caller closes the model; the checkpoint may be closed before.
   *
   * @param checkpoint the checkpoint of a left-to-right language model
   * @param device the device to compute on
   * @param precision the precision to compute in, not {@link Precision#AUTO}
   * @throws io.github.tess2.CheckpointException if tensors are missing, surplus or misshapen
   * @throws io.github.tess2.DeviceException if the device does not have enough memory
   */
  public static CausalModel load(Checkpoint checkpoint, Device device, Precision precision) {
    checkpoint.requireCausalModel();
    return ModelStart.on(
        List.of(device),
        precision,
        WeightFormat.UNQUANTIZED,
        checkpoint.config(),
        (manager, graph) -> new CausalModel(manager, graph, checkpoint, precision));
  }

  /** {@return the checkpoint's settings} */
  public ModelConfig config() {
    return config;
  }

  /**
   * Computes the logits of the next token at positions of some sequences.
   *
   * @param scope the owner of the result
   * @param sequences token ids
   * @param rows the rows whose logits are wanted, among the rows of the concatenated sequences,
   *     int64 {@code [N]}
   * @return logits {@code [N,V]}, float32
   */
  public NDArray logits(NDManager scope, List<ImmutableIntArray> sequences, NDArray rows) {
    try (NDManager work = scope.newSubManager()) {
      List<Long> ids = new ArrayList<>();
      int[] lengths = new int[sequences.size()];
      for (int i = 0; i < lengths.length; i++) {
        sequences.get(i).forEach(id -> ids.add((long) id));
        lengths[i] = sequences.get(i).length();
      }
      NDArray inputs = pick(work, backbone.embedding(), work.create(Longs.toArray(ids)));
      NDArray hidden = backbone.decodeRows(work, inputs, lengths, rows);
      return graph.head(scope, hidden, head);
    }
  }

  private NDArray pick(NDManager scope, NDArray rows, NDArray wanted) {
    return graph.selectRows(scope, rows, wanted);
  }

  /**
   * Continues prompts with the likeliest token at each position until the end token or the room is
   * used up. Every token costs a pass over all unfinished sequences, so this is meant for short
   * answers.
   *
   * @param prompts token ids, none empty
   * @param length the greatest number of tokens to add
   * @param endId the token that ends an answer
   * @return the tokens added to each, without the end token
   */
  public List<ImmutableIntArray> continuations(
      List<ImmutableIntArray> prompts, int length, int endId) {
    return continued(prompts, length, endId, (scope, logits, open) -> logits);
  }

  /**
   * Continues prompts with a token drawn at each position, until the end token or the room is used
   * up. The draws for a prompt do not depend on the other prompts.
   *
   * @param prompts token ids, none empty
   * @param length the greatest number of tokens to add
   * @param endId the token that ends an answer
   * @param temperature the divisor of the logits, greater than zero
   * @param seed the seed of the first prompt; the following prompts have the following numbers
   * @return the tokens added to each, without the end token
   */
  public List<ImmutableIntArray> samples(
      List<ImmutableIntArray> prompts, int length, int endId, double temperature, long seed) {
    List<SplittableRandom> random = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      random.add(new SplittableRandom(seed + i));
    }
    return continued(
        prompts,
        length,
        endId,
        (scope, logits, open) -> {
          float[] noise = new float[Math.toIntExact(logits.size())];
          int next = 0;
          for (int i : open) {
            for (int k = 0; k < logits.getShape().get(1); k++) {
              noise[next++] = gumbel(random.get(i));
            }
          }
          return logits.div(temperature).add(scope.create(noise, logits.getShape()));
        });
  }

  /** Gumbel noise: the argmax of logits plus this noise is a draw from their distribution. */
  private static float gumbel(SplittableRandom random) {
    return (float) -Math.log(-Math.log(random.nextDouble(Double.MIN_NORMAL, 1)));
  }

  /** The scores of which the largest gives the next token of each open sequence. */
  private interface Choice {
    NDArray among(NDManager scope, NDArray logits, List<Integer> open);
  }

  private List<ImmutableIntArray> continued(
      List<ImmutableIntArray> prompts, int length, int endId, Choice choice) {
    List<List<Integer>> added = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      added.add(new ArrayList<>());
      open.add(i);
    }
    for (int n = 0; n < length && !open.isEmpty(); n++) {
      long[] next = next(prompts, added, open, choice);
      List<Integer> unfinished = new ArrayList<>();
      for (int i = 0; i < next.length; i++) {
        if (next[i] != endId) {
          added.get(open.get(i)).add((int) next[i]);
          unfinished.add(open.get(i));
        }
      }
      open = unfinished;
    }
    return added.stream().map(ImmutableIntArray::copyOf).toList();
  }

  private long[] next(
      List<ImmutableIntArray> prompts,
      List<List<Integer>> added,
      List<Integer> open,
      Choice choice) {
    List<ImmutableIntArray> sequences = new ArrayList<>();
    List<Long> last = new ArrayList<>();
    long row = -1;
    for (int i : open) {
      ImmutableIntArray sequence =
          ImmutableIntArray.builder().addAll(prompts.get(i)).addAll(added.get(i)).build();
      sequences.add(sequence);
      row += sequence.length();
      last.add(row);
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray logits = logits(scope, sequences, scope.create(Longs.toArray(last)));
      return graph.sampling().argmax(scope, choice.among(scope, logits, open)).toLongArray();
    }
  }

  @Override
  public void close() {
    Closing.all(manager::close, graph::close);
  }
}
