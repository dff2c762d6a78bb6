package io.github.tess2.runtime.generation;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests share the next step: as many as its rows allow, shared evenly among
 * callers. The next request to join is the first of the caller with the fewest rows in the batch.
 * If there is no room, requests of the caller with the most rows make room, the youngest first, as
 * long as that caller keeps no fewer rows than the other one gets. They keep their state and
 * continue as soon as there is room. Not thread-safe.
 */
final class Admission {
  private final int maxRows;

  /** The waiting requests by caller, the caller that has waited longest first. */
  private final Map<Long, Deque<RequestState>> waiting = new LinkedHashMap<>();

  /** The running requests, in the order in which they joined. */
  private final List<RequestState> running = new ArrayList<>();

  /** Requests that have begun but whose listeners have not returned: they use no rows of a step. */
  private final Set<RequestState> away = Collections.newSetFromMap(new IdentityHashMap<>());

  private long waitingRows;

  /** Creates one without requests. */
  Admission(int maxRows) {
    this.maxRows = maxRows;
  }

  int maxRows() {
    return maxRows;
  }

  List<RequestState> running() {
    return running;
  }

  boolean isEmpty() {
    return waiting.isEmpty() && running.isEmpty() && away.isEmpty();
  }

  /** The number of rows of the running requests. */
  int runningRows() {
    return running.stream().mapToInt(RequestState::mostRows).sum();
  }

  /** Whether all waiting requests and some more could join the next step. */
  boolean hasRoomFor(List<RequestState> more) {
    long wanted = more.stream().mapToLong(RequestState::mostRows).sum();
    return runningRows() + waitingRows + wanted <= maxRows;
  }

  /** Lets a request wait, after those of the same caller. */
  void add(RequestState request) {
    queueOf(request).addLast(request);
    waitingRows += request.mostRows();
  }

  /** Takes a running request out of the batch until it {@link #comesBack}. */
  void goesAway(RequestState request) {
    running.remove(request);
    away.add(request);
  }

  /** Lets a request that was away join again, before others of the same caller. */
  void comesBack(RequestState request) {
    if (away.remove(request)) {
      waitFirst(request);
    }
  }

  private void waitFirst(RequestState request) {
    queueOf(request).addFirst(request);
    waitingRows += request.mostRows();
  }

  private Deque<RequestState> queueOf(RequestState request) {
    return waiting.computeIfAbsent(callerOf(request), caller -> new ArrayDeque<>());
  }

  private static long callerOf(RequestState request) {
    return request.job().caller().id();
  }

  /**
   * Removes the waiting and running requests that satisfy a condition; those that are away stay.
   */
  List<RequestState> remove(Predicate<RequestState> condition) {
    List<RequestState> removed = new ArrayList<>();
    running.removeIf(request -> condition.test(request) && removed.add(request));
    removed.addAll(removeWaiting(condition));
    return removed;
  }

  /** Removes the waiting requests that satisfy a condition. */
  List<RequestState> removeWaiting(Predicate<RequestState> condition) {
    List<RequestState> removed = new ArrayList<>();
    for (Iterator<Deque<RequestState>> i = waiting.values().iterator(); i.hasNext(); ) {
      Deque<RequestState> queue = i.next();
      queue.removeIf(request -> condition.test(request) && removed.add(request));
      if (queue.isEmpty()) {
        i.remove();
      }
    }
    waitingRows -= removed.stream().mapToLong(RequestState::mostRows).sum();
    return removed;
  }

  /** Lets waiting requests join the batch as far as the next step has room. */
  void admit() {
    if (waiting.isEmpty()) {
      return;
    }
    Multiset<Long> shares = HashMultiset.create();
    running.forEach(request -> shares.add(callerOf(request), request.mostRows()));
    int rows = shares.size();
    while (!waiting.isEmpty()) {
      RequestState next = firstOfTheLeastServed(shares);
      int wanted = next.mostRows();
      if (rows + wanted > maxRows && !running.isEmpty()) {
        List<RequestState> pausing = makeRoom(shares, next, rows + wanted - maxRows);
        if (pausing.isEmpty()) {
          return;
        }
        for (RequestState paused : pausing) {
          running.remove(paused);
          waitFirst(paused);
          shares.remove(callerOf(paused), paused.mostRows());
          rows -= paused.mostRows();
        }
      }
      takeFirst(callerOf(next));
      running.add(next);
      shares.add(callerOf(next), wanted);
      rows += wanted;
    }
  }

  private RequestState firstOfTheLeastServed(Multiset<Long> shares) {
    return waiting.values().stream()
        .map(Deque::element)
        .min(Comparator.comparingInt(request -> shares.count(callerOf(request))))
        .orElseThrow();
  }

  private void takeFirst(long caller) {
    Deque<RequestState> queue = requireNonNull(waiting.get(caller));
    waitingRows -= queue.remove().mostRows();
    if (queue.isEmpty()) {
      waiting.remove(caller);
    }
  }

  /** {@return the requests that make room for another; none if that would not be fair} */
  private List<RequestState> makeRoom(Multiset<Long> shares, RequestState next, int missing) {
    Multiset<Long> left = HashMultiset.create(shares);
    int share = shares.count(callerOf(next)) + next.mostRows();
    List<RequestState> pausing = new ArrayList<>();
    int freed = 0;
    while (freed < missing) {
      RequestState youngest = youngestOfTheMostServed(left, pausing);
      if (youngest == null
          || callerOf(youngest) == callerOf(next)
          || left.count(callerOf(youngest)) - youngest.mostRows() < share) {
        return List.of();
      }
      left.remove(callerOf(youngest), youngest.mostRows());
      pausing.add(youngest);
      freed += youngest.mostRows();
    }
    return pausing;
  }

  private @Nullable RequestState youngestOfTheMostServed(
      Multiset<Long> shares, List<RequestState> without) {
    RequestState found = null;
    for (RequestState request : running) {
      if (!without.contains(request)
          && (found == null || shares.count(callerOf(request)) >= shares.count(callerOf(found)))) {
        found = request;
      }
    }
    return found;
  }
}
