package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.GenerationListener;
import io.github.tess2.GenerationRequest;
import io.github.tess2.runtime.checkpoint.DiffusionConfig;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests which requests share the next step if there is not room for all. */
class AdmissionTest {
  private final Admission admission = new Admission(100);

  /** Adds a request of a caller, with so many rows. */
  private RequestState add(long caller, int rows) {
    Settings settings =
        Settings.resolve(GenerationRequest.of("x").options(), DiffusionConfig.TESS2);
    RequestState request =
        new RequestState(
            BatchAdmissionTest.layout(rows),
            settings,
            new AlphaBars(new double[1], null),
            GenerationListener.IGNORE,
            0);
    new Job(new Nobody(caller), new Candidates(settings), List.of()).add(request);
    admission.add(request);
    return request;
  }

  private List<RequestState> add(long caller, int rows, int count) {
    return Stream.generate(() -> add(caller, rows)).limit(count).toList();
  }

  @Test
  void admit_oneCaller_joinsInTheOrderOfItsRequests() {
    List<RequestState> requests = add(1, 40, 5);

    admission.admit();

    assertThat(admission.running()).containsExactlyElementsOf(requests.subList(0, 2));
  }

  @Test
  void admit_manyOfOneCaller_doNotKeepAnothersWaiting() {
    List<RequestState> many = add(1, 20, 1000);
    admission.admit();

    RequestState one = add(2, 20);
    admission.admit();

    assertThat(admission.running())
        .containsExactly(many.get(0), many.get(1), many.get(2), many.get(3), one);
  }

  @Test
  void admit_whoMadeRoom_goesOnFirst() {
    List<RequestState> many = add(1, 20, 10);
    admission.admit();
    RequestState one = add(2, 20);
    admission.admit();

    admission.remove(request -> request == one);
    admission.admit();

    assertThat(admission.running()).containsExactlyElementsOf(many.subList(0, 5));
  }

  @Test
  void admit_twoCallersWithMany_haveAsMuchEach() {
    List<RequestState> first = add(1, 10, 50);
    admission.admit();
    List<RequestState> second = add(2, 10, 50);

    admission.admit();

    assertThat(admission.running()).hasSize(10);
    assertThat(admission.running()).containsAll(first.subList(0, 5));
    assertThat(admission.running()).containsAll(second.subList(0, 5));
  }

  /** Repeatedly pausing one request for another of the same size would not help. */
  @Test
  void admit_callersWithOneEach_waitInTheOrderTheyCame() {
    RequestState first = add(1, 60);
    RequestState second = add(2, 60);
    RequestState third = add(3, 60);

    admission.admit();
    assertThat(admission.running()).containsExactly(first);
    admission.remove(request -> request == first);
    admission.admit();
    assertThat(admission.running()).containsExactly(second);
    admission.remove(request -> request == second);
    admission.admit();
    assertThat(admission.running()).containsExactly(third);
  }

  @Test
  void admit_requestLargerThanAStep_runsAloneAndIsNotPassedByLaterCallers() {
    RequestState small = add(1, 50);
    admission.admit();
    RequestState large = add(2, 300);
    RequestState later = add(3, 50);

    admission.admit();
    assertThat(admission.running()).containsExactly(small);
    admission.remove(request -> request == small);
    admission.admit();
    assertThat(admission.running()).containsExactly(large);
    admission.remove(request -> request == large);
    admission.admit();
    assertThat(admission.running()).containsExactly(later);
  }

  /** If pausing all candidates would not free enough rows, no request is paused. */
  @Test
  void admit_thatCannotBeMadeRoomFor_pausesNobody() {
    List<RequestState> running = Stream.of(add(1, 30), add(1, 30), add(2, 40)).toList();
    admission.admit();
    add(3, 90);

    admission.admit();

    assertThat(admission.running()).containsExactlyInAnyOrderElementsOf(running);
  }

  @Test
  void goesAway_leavesItsRoomToOthersUntilItComesBack() {
    RequestState slow = add(1, 60);
    RequestState other = add(2, 60);
    admission.admit();

    admission.goesAway(slow);
    admission.admit();
    assertThat(admission.running()).containsExactly(other);
    assertThat(admission.isEmpty()).isFalse();

    admission.comesBack(slow);
    admission.remove(request -> request == other);
    admission.admit();
    assertThat(admission.running()).containsExactly(slow);
  }

  @Test
  void hasRoomFor_countsThoseThatWait() {
    add(1, 30);
    RequestState more = add(1, 30);

    assertThat(admission.hasRoomFor(List.of(more))).isTrue();
    add(1, 30);
    assertThat(admission.hasRoomFor(List.of(more))).isFalse();
  }
}
