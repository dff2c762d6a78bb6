package io.github.tess2.runtime.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.google.common.primitives.ImmutableIntArray;
import io.github.tess2.PluginException;
import io.github.tess2.runtime.generation.KeyValueCache.Pass;
import io.github.tess2.runtime.generation.PackedBatch.Sequence;
import io.github.tess2.runtime.model.Backbone;
import io.github.tess2.runtime.model.DiffusionModel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The passes of a step through the decoder: one for the requests that compute their whole
 * sequences, one for those that also keep the keys and values, and one for those that use what they
 * have kept. Usually all requests are of one kind.
 */
final class Passes {
  private static final Logger LOG = LoggerFactory.getLogger(Passes.class);

  private final DiffusionModel model;
  private final PackedBatch.Shift shift;
  private final Inputs inputs;

  /** How the state of a request enters the model. */
  interface Inputs {
    /**
     * {@return a sequence with a request's state, as the model reads it}
     *
     * @param request the request
     * @param ids the sequence
     * @param positions the generated positions in it
     */
    Sequence sequence(RequestState request, ImmutableIntArray ids, ImmutableIntArray positions);

    /**
     * Computes the decoder's inputs, {@code [R,H]}.
     *
     * @param work the owner of the result
     * @param batch the rows
     * @param requests the requests of the rows, in the order of the batch
     */
    NDArray embed(NDManager work, PackedBatch batch, List<RequestState> requests);
  }

  Passes(DiffusionModel model, PackedBatch.Shift shift, Inputs inputs) {
    this.model = model;
    this.shift = shift;
    this.inputs = inputs;
  }

  /** {@return the requests that continue; those whose prompt cache fails are marked as failed} */
  static List<RequestState> plan(List<RequestState> requests) {
    List<RequestState> planned = new ArrayList<>();
    for (RequestState request : requests) {
      try {
        request.keys.plan();
        planned.add(request);
      } catch (PluginException e) {
        request.fail(e);
      }
    }
    return planned;
  }

  /**
   * Computes the hidden states that predict the generated rows of all requests, {@code [N,H]}.
   *
   * @param scope the owner of the result
   * @param requests at least one, planned
   */
  NDArray predict(NDManager scope, List<RequestState> requests) {
    Map<Pass, List<RequestState>> groups = new EnumMap<>(Pass.class);
    for (RequestState request : requests) {
      groups.computeIfAbsent(request.keys.next(), kind -> new ArrayList<>()).add(request);
    }
    if (groups.size() == 1) {
      return pass(scope, requests.get(0).keys.next(), requests);
    }
    IdentityHashMap<RequestState, NDArray> found = new IdentityHashMap<>();
    groups.forEach(
        (kind, group) -> {
          NDArray hidden = pass(scope, kind, group);
          int row = 0;
          for (RequestState request : group) {
            int end = row + request.generated();
            found.put(request, model.graph().sliceRows(scope, hidden, row, end));
            row = end;
          }
        });
    return model.graph().concatenate(scope, requests.stream().map(found::get).toList());
  }

  /** An action with the hidden states of some requests. */
  interface Use {
    void of(NDManager scope, List<RequestState> requests, NDArray hidden);
  }

  /**
   * Predicts for requests and uses the hidden states. If that is too much for the device at once,
   * it is done in parts, so that no request fails because others share its step.
   *
   * @param requests the requests, planned
   */
  void inParts(List<RequestState> requests, Use use) {
    if (requests.isEmpty()) {
      return;
    }
    try (NDManager scope = model.manager().newSubManager()) {
      NDArray hidden = null;
      try {
        hidden = predict(scope, requests);
      } catch (RuntimeException e) {
        if (requests.size() == 1) {
          requests.get(0).fail(e);
          return;
        }
        LOG.warn("a step over {} requests has failed, and is run in parts", requests.size(), e);
      }
      if (hidden != null) {
        use.of(scope, requests, hidden);
        return;
      }
    }
    int half = requests.size() / 2;
    inParts(requests.subList(0, half), use);
    inParts(requests.subList(half, requests.size()), use);
  }

  /** The same for one request's state in another sequence, which is computed as a whole. */
  NDArray predict(
      NDManager owner, RequestState request, ImmutableIntArray ids, ImmutableIntArray positions) {
    PackedBatch batch = new PackedBatch(shift);
    batch.add(inputs.sequence(request, ids, positions));
    return run(owner, Pass.WHOLE, batch, List.of(request));
  }

  private NDArray pass(NDManager scope, Pass kind, List<RequestState> group) {
    PackedBatch batch = new PackedBatch(shift);
    for (RequestState request : group) {
      Sequence sequence =
          inputs.sequence(request, request.active.ids(), request.active.positions());
      if (kind == Pass.CHANGING) {
        batch.addChanging(sequence);
      } else {
        batch.add(sequence);
      }
    }
    return run(scope, kind, batch, group);
  }

  private NDArray run(NDManager owner, Pass kind, PackedBatch batch, List<RequestState> requests) {
    Backbone backbone = model.backbone();
    try (NDManager work = owner.newSubManager()) {
      NDArray embedded = inputs.embed(work, batch, requests);
      NDArray rows = batch.predictingRows(work);
      return switch (kind) {
        case WHOLE -> backbone.decodeRows(owner, embedded, batch.lengths(), rows);
        case KEEPING -> {
          Backbone.Kept found = backbone.decodeKeeping(owner, embedded, batch.lengths(), rows);
          for (int i = 0; i < requests.size(); i++) {
            requests.get(i).keys.keep(requests.get(i).manager(), found.kept().get(i));
          }
          yield found.hidden();
        }
        case CHANGING -> {
          List<NDList> kept = requests.stream().map(request -> request.keys.kept()).toList();
          yield backbone.decodeSome(owner, embedded, batch.places(), batch.lengths(), rows, kept);
        }
      };
    }
  }
}
