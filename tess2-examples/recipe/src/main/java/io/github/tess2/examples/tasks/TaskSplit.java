package io.github.tess2.examples.tasks;

import io.github.tess2.Tess2Exception;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The items kept out of training, and the endless seeded streams of everything else.
 *
 * <p>An item is kept out by its {@link TaskItem#key() key}, which covers every wording, and by its
 * normalised prompt. A sum is kept out in every form: as arithmetic, as an equation with a blank,
 * as an infill and as a statement in the base text. Facts ("The opposite of hot is cold.") are kept
 * out statement by statement: the fact itself must be learned from another wording. The working of
 * a word problem is not an item, and may contain a sum that is kept out elsewhere.
 *
 * <p>Streams never end and are not filtered for repetition: families with few items, such as unit
 * conversion, repeat them.
 */
public final class TaskSplit {
  /** How many draws in a row may be rejected before the requested set counts as too large. */
  private static final int PATIENCE = 100_000;

  private final List<Family> families;

  /** Separates the streams of this split from those of the other. */
  private final String prefix;

  private final List<TaskItem> heldOut;
  private final List<TaskItem> guidance;
  private final List<InfillItem> infill;
  private final Set<String> keys = new HashSet<>();
  private final Set<String> prompts = new HashSet<>();
  private final Passages passages = new Passages();

  private TaskSplit(
      List<Family> families, String prefix, long seed, int heldOut, int guidance, int infill) {
    this.families = families;
    this.prefix = prefix;
    this.heldOut = reserve(prefix + "held-out", seed, heldOut);
    this.guidance = reserve(prefix + "guidance", seed, guidance);
    this.infill = reserveInfill(seed, infill);
    this.heldOut.forEach(item -> passages.add(item.prompt()));
    this.guidance.forEach(item -> passages.add(item.prompt()));
    this.infill.forEach(item -> passages.add(item.text()));
  }

  /**
   * Draws the items to keep out.
   *
   * @param seed the same seed and sizes give the same split on every machine
   * @param heldOut items to judge the model on, dealt out evenly over the families
   * @param guidance more such items, for experiments with guidance
   * @param infill texts with a blank
   * @throws IllegalArgumentException if a size is negative
   * @throws Tess2Exception if there are fewer different items than requested
   */
  public static TaskSplit draw(long seed, int heldOut, int guidance, int infill) {
    requireSize("held-out", heldOut);
    requireSize("guidance", guidance);
    requireSize("infill", infill);
    return new TaskSplit(Family.determined(), "", seed, heldOut, guidance, infill);
  }

  /**
   * Draws the items to keep out from the families with many right answers. This split and that of
   * {@link #draw} are independent.
   *
   * @param seed the same seed and sizes give the same split on every machine
   * @param heldOut items to judge the model on, dealt out evenly over the families
   * @param guidance more such items, for experiments with guidance
   * @throws IllegalArgumentException if a size is negative
   * @throws Tess2Exception if there are fewer different items than requested
   */
  public static TaskSplit drawOpen(long seed, int heldOut, int guidance) {
    requireSize("open held-out", heldOut);
    requireSize("open guidance", guidance);
    return new TaskSplit(Family.open(), "open-", seed, heldOut, guidance, 0);
  }

  private static void requireSize(String name, int size) {
    if (size < 0) {
      throw new IllegalArgumentException(name + " must be zero or more, but is: " + size);
    }
  }

  private List<TaskItem> reserve(String set, long seed, int count) {
    List<TaskItem> items = new ArrayList<>(count);
    List<Draws> draws =
        families.stream().map(family -> Draws.of(seed, set + "/" + family.id())).toList();
    int refused = 0;
    while (items.size() < count) {
      int turn = items.size() % families.size();
      Family family = families.get(turn);
      Draft draft = TaskGenerator.of(family).draw(draws.get(turn));
      if (isKeptOut(draft.key(), draft.prompt())) {
        refused = countRefusal(refused, set, count);
        continue;
      }
      refused = 0;
      keys.add(draft.key());
      prompts.add(TaskItem.normalise(draft.prompt()));
      items.add(item(set + "-" + items.size(), family, draft));
    }
    return List.copyOf(items);
  }

  private List<InfillItem> reserveInfill(long seed, int count) {
    List<InfillItem> items = new ArrayList<>(count);
    Draws draws = Draws.of(seed, "infill");
    int refused = 0;
    while (items.size() < count) {
      InfillItem item = Infill.draw("infill-" + items.size(), draws);
      if (keys.add(item.key())) {
        items.add(item);
        refused = 0;
      } else {
        refused = countRefusal(refused, "infill", count);
      }
    }
    return List.copyOf(items);
  }

  private static int countRefusal(int refused, String set, int count) {
    if (refused == PATIENCE) {
      throw new Tess2Exception(
          set + " must not exceed the number of different items, but is: " + count);
    }
    return refused + 1;
  }

  private static TaskItem item(String id, Family family, Draft draft) {
    return new TaskItem(id, family, draft.key(), draft.prompt(), draft.answer());
  }

  /** Whether an item with this key or prompt must not occur in training. */
  public boolean isKeptOut(String key, String prompt) {
    return keys.contains(key) || prompts.contains(TaskItem.normalise(prompt));
  }

  /** Items to judge the model on, balanced over the families. */
  public List<TaskItem> heldOut() {
    return heldOut;
  }

  /** Items for experiments with guidance, none of them in {@link #heldOut()}. */
  public List<TaskItem> guidance() {
    return guidance;
  }

  /** Texts with a blank to judge infilling on. */
  public List<InfillItem> infill() {
    return infill;
  }

  /** Training items, with each family as often as {@link #defaultShares()} says. */
  public Supplier<TaskItem> training(long seed) {
    return training(seed, shares());
  }

  /** The shares of this split's families. */
  private Map<Family, Integer> shares() {
    Map<Family, Integer> shares = defaultShares();
    if (families.get(0).isOpen()) {
      shares.clear();
      families.forEach(family -> shares.put(family, 1));
    }
    return shares;
  }

  /**
   * The shares of the families with one right answer for each prompt: equal, except for families
   * that comprise several skills or are learned more slowly.
   */
  public static Map<Family, Integer> defaultShares() {
    Map<Family, Integer> shares = new EnumMap<>(Family.class);
    for (Family family : Family.determined()) {
      shares.put(family, 1);
    }
    shares.put(Family.ARITHMETIC, 4);
    shares.put(Family.WORD_PROBLEM, 2);
    shares.put(Family.SORT_WORDS, 2);
    shares.put(Family.COUNT_LETTERS, 2);
    shares.put(Family.CONVERT_UNITS, 3);
    shares.put(Family.FILL_BLANK, 4);
    return shares;
  }

  /**
   * An endless stream of training items.
   *
   * @param seed the same seed gives the same stream; a stream is for one thread
   * @param shares the relative frequency of each family; a family left out is not drawn
   * @throws IllegalArgumentException if a share is negative or all are zero
   */
  public Supplier<TaskItem> training(long seed, Map<Family, Integer> shares) {
    return items(seed, "train", shares);
  }

  /** A separate stream for each purpose, so that the stages of training see different items. */
  Supplier<TaskItem> items(long seed, String purpose, Map<Family, Integer> shares) {
    int[] sizes = new int[families.size()];
    int total = 0;
    for (int i = 0; i < sizes.length; i++) {
      Family family = families.get(i);
      int share = shares.getOrDefault(family, 0);
      if (share < 0) {
        throw new IllegalArgumentException(
            "share of " + family.id() + " must be zero or more, but is: " + share);
      }
      sizes[i] = share;
      total += share;
    }
    if (total == 0) {
      throw new IllegalArgumentException("shares must not all be zero, but are: " + shares);
    }
    return new TrainingItems(Draws.of(seed, prefix + purpose), sizes);
  }

  /**
   * An endless stream of training texts with a blank.
   *
   * @param seed the same seed gives the same stream; a stream is for one thread
   */
  public Supplier<InfillItem> trainingInfill(long seed) {
    return infill(Draws.of(seed, "train-infill"));
  }

  Supplier<InfillItem> infill(Draws draws) {
    AtomicLong count = new AtomicLong();
    return () -> {
      while (true) {
        InfillItem item = Infill.draw("train-infill-" + count.get(), draws);
        if (!keys.contains(item.key())) {
          count.incrementAndGet();
          return item;
        }
      }
    };
  }

  /**
   * An endless stream of plain texts for the base model; see {@link BaseText}.
   *
   * @param seed the same seed and real texts give the same stream; a stream is for one thread
   * @param real texts written by people, mixed in as about one text in seven; may be empty. Texts
   *     that contain a prompt or infill that is kept out are skipped.
   */
  public Supplier<String> trainingText(long seed, List<String> real) {
    return new BaseText(
        this, seed, real.stream().filter(text -> passages.findIn(text) == null).toList());
  }

  /**
   * An endless stream of pairs for a reward model, drawn from training items.
   *
   * @param seed the same seed gives the same stream; a stream is for one thread
   */
  public Supplier<PreferencePair> trainingPreferences(long seed) {
    Draws draws = Draws.of(seed, prefix + "train-preferences");
    Supplier<TaskItem> items = items(seed, "train-preferences/items", shares());
    return () -> PreferencePair.draw(items.get(), draws);
  }

  /**
   * An endless stream of solved tasks as plain texts.
   *
   * @param seed the same seed gives the same stream; a stream is for one thread
   */
  Supplier<String> trainingSolved(long seed) {
    Supplier<TaskItem> items = items(seed, "train-text/items", shares());
    return () -> BaseText.solved(items.get());
  }

  private final class TrainingItems implements Supplier<TaskItem> {
    private final Draws draws;
    private final int[] shares;
    private long count;

    TrainingItems(Draws draws, int[] shares) {
      this.draws = draws;
      this.shares = shares;
    }

    @Override
    public TaskItem get() {
      while (true) {
        Family family = families.get(draws.weighted(shares));
        Draft draft = TaskGenerator.of(family).draw(draws);
        if (!isKeptOut(draft.key(), draft.prompt())) {
          return item(prefix + "train-" + count++, family, draft);
        }
      }
    }
  }
}
