package io.github.tess2.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import io.github.tess2.examples.tasks.Family;
import io.github.tess2.examples.tasks.TaskItem;
import org.junit.jupiter.api.Test;

class SeedTrialTest {
  private static final TaskItem COINS =
      new TaskItem(
          "a", Family.COINS, "coins 9 2 5 20", "Pay 9 cents.", "05 (05)\n02 (07)\n02 (09)");
  private static final TaskItem PASSWORD =
      new TaskItem("b", Family.PASSWORD, "password 3 1 1 k", "Make a password.", "kR7");

  private static void add(SeedTrial trial, TaskItem item, String generated) {
    trial.add(
        item,
        new Answer(
            "tasks",
            item.id(),
            item.family().id(),
            5,
            item.answer(),
            generated,
            item.check().isRight(generated)));
  }

  @Test
  void json_twoSeeds_meansErrorsVarietyAndTaste() {
    SeedTrial trial = new SeedTrial("5 steps");
    trial.begin(1);
    add(trial, COINS, "05 (05)\n02 (07)\n02 (09)");
    add(trial, PASSWORD, "kR9");
    trial.begin(2);
    add(trial, COINS, "02 (02)\n02 (04)\n05 (09)");
    add(trial, PASSWORD, "kR99");
    trial.took(1.5);

    JsonObject json = trial.json();

    assertThat(json.get("right").getAsDouble()).isEqualTo(0.75);
    // Shares 1 and 0.5: their standard deviation is 0.3536, and divided by √2 it is 0.25.
    assertThat(json.get("rightError").getAsDouble()).isCloseTo(0.25, within(1e-12));
    // Two ways to pay and one password.
    assertThat(json.get("distinct").getAsDouble()).isEqualTo(1.5);
    // The three coins have a mean of 3 cents, and the largest kind has 20; the digit is 9 of 9.
    assertThat(json.get("taste").getAsDouble()).isCloseTo((0.575 + 0.15) / 2, within(1e-12));
    assertThat(json.getAsJsonObject("groups").getAsJsonObject("coins").toString())
        .isEqualTo("{\"prompts\":1,\"right\":1.0,\"distinct\":2.0}");
    assertThat(trial.row()).startsWith("| 5 steps | 75.0 ± 25.0 % | 1.50 | 2 |");
  }
}
