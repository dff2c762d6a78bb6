package io.github.tess2.runtime.reward;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.runtime.engine.FreedMemory;
import io.github.tess2.runtime.graph.RewardCalls;
import io.github.tess2.runtime.model.RewardNetwork;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.RewardModel;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** A {@link RewardModel} with a loaded network. */
public final class PyTorchRewardModel implements RewardModel {
  private final Shared shared;
  private final Readout readout;

  /** What all readouts of one network share. */
  private static final class Shared {
    final RewardNetwork network;
    final String fingerprint;
    final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    boolean closed;

    Shared(RewardNetwork network, String fingerprint) {
      this.network = network;
      this.fingerprint = fingerprint;
    }
  }

  /**
   * Takes ownership of a network.
   *
   * @param network closed with this
   * @param fingerprint the fingerprint of the checkpoint's tokenizer
   * @param readout the position at which the score is read
   */
  public PyTorchRewardModel(RewardNetwork network, String fingerprint, Readout readout) {
    this(new Shared(network, fingerprint), readout);
  }

  private PyTorchRewardModel(Shared shared, Readout readout) {
    this.shared = shared;
    this.readout = requireNonNull(readout, "readout");
  }

  @Override
  public RewardModel withReadout(Readout other) {
    return new PyTorchRewardModel(shared, other);
  }

  @Override
  public long weightBytes() {
    return shared.network.weightBytes();
  }

  @Override
  public void check(Guidance.Request request) {
    if (!request.tokenizer().fingerprint().equals(shared.fingerprint)) {
      throw new IllegalArgumentException(
          "the reward model's tokenizer must be the model's, token for token, but their"
              + String.format(
                  Locale.ROOT,
                  " fingerprints are: %s and %s",
                  shared.fingerprint,
                  request.tokenizer().fingerprint()));
    }
    int most = shared.network.config().maxPositions();
    if (request.ids().length() > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "prompt plus length must be at most the reward model's %d tokens, but is: %d",
              most,
              request.ids().length()));
    }
  }

  @Override
  public NDArray score(RewardInput input) {
    shared.use.readLock().lock();
    try {
      if (shared.closed) {
        throw new IllegalStateException("the reward model is closed");
      }
      return compute(input);
    } finally {
      shared.use.readLock().unlock();
    }
  }

  private NDArray compute(RewardInput input) {
    RewardNetwork network = shared.network;
    NDManager manager = input.manager();
    NDArray embeddings = input.expected(network.embeddingOn(manager.getDevice()));
    int batch = (int) embeddings.getShape().get(0);
    boolean atEnd = readout == Readout.END && input.endsAtEos();
    NDArray shares =
        atEnd ? network.ends(manager, input.endProbabilities()) : manager.ones(new Shape(batch, 1));
    // A causal model sees the same text before the first generated position at every step.
    int first = input.positions().get(0);
    RewardNetwork.Prefix prefix =
        input.perRequest(shared, PrefixMemory::new).of(network, input.ids().subArray(0, first));
    try (NDManager scope = manager.newSubManager()) {
      int[] read = atEnd ? input.positions().toArray() : new int[] {input.ids().length() - 1};
      RewardNetwork.Rows rows = rows(scope, input, first, batch, read);
      NDArray flat = embeddings.reshape(-1, embeddings.getShape().get(2));
      if (!network.wantsGradient(embeddings)) {
        return network.value(manager, prefix, rows, flat, shares);
      }
      RewardCalls.Gradients found = network.gradient(scope, prefix, rows, flat, shares);
      NDArray value = withGradient(found.values(), flat, found.embeddings(), batch);
      NDArray whole = atEnd ? withGradient(value, shares, found.shares(), batch) : value;
      whole.attach(manager);
      return whole;
    }
  }

  /** The prefix of one request's sequences, computed again only if it has changed. */
  private static final class PrefixMemory {
    private final NDManager owner;
    private ImmutableIntArray ids = ImmutableIntArray.of();
    private RewardNetwork.@Nullable Prefix prefix;

    PrefixMemory(NDManager owner) {
      this.owner = owner;
    }

    RewardNetwork.Prefix of(RewardNetwork network, ImmutableIntArray wanted) {
      RewardNetwork.Prefix known = prefix;
      if (known != null && ids.equals(wanted)) {
        return known;
      }
      if (known != null) {
        known.kept().close();
      }
      RewardNetwork.Prefix made = network.prefix(owner, wanted.stream().asLongStream().toArray());
      prefix = made;
      ids = wanted;
      return made;
    }
  }

  /**
   * Gives autograd a gradient that was computed separately: the value plus ⟨x − x, gradient⟩, in
   * which only the first x has a derivative.
   */
  private static NDArray withGradient(NDArray value, NDArray x, NDArray gradient, int batch) {
    NDArray nothing = x.sub(x.stopGradient());
    return nothing.mul(gradient).reshape(batch, -1).sum(new int[] {1}).add(value);
  }

  /** The rows from the first generated one on, for B sequences with the input's layout. */
  private static RewardNetwork.Rows rows(
      NDManager manager, RewardInput input, int first, int batch, int[] read) {
    ImmutableIntArray ids = input.ids().subArray(first, input.ids().length());
    int length = ids.length();
    return new RewardNetwork.Rows(
        manager.create(repeated(ids.toArray(), batch, 0)),
        batch,
        manager.create(repeated(less(first, input.positions().toArray()), batch, length)),
        manager.create(repeated(less(first, read), batch, length)).reshape(batch, read.length));
  }

  private static int[] less(int first, int[] values) {
    return Arrays.stream(values).map(value -> value - first).toArray();
  }

  private static long[] repeated(int[] values, int times, int stride) {
    long[] all = new long[values.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i % values.length] + (long) stride * (i / values.length);
    }
    return all;
  }

  @Override
  public void close() {
    shared.use.writeLock().lock();
    try {
      if (!shared.closed) {
        shared.closed = true;
        try {
          shared.network.close();
        } finally {
          FreedMemory.afterClose();
        }
      }
    } finally {
      shared.use.writeLock().unlock();
    }
  }
}
