package dev.onceflow.verification.nemesis;

import dev.onceflow.local.process.LocalServer;
import dev.onceflow.verification.cluster.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Finds whom to strike, and the moment for it. */
final class Victims {
  private static final Duration AT_WORK_LIMIT = Duration.ofSeconds(20);
  private static final long LOOK_MS = 20;

  private Victims() {}

  /**
   * One of these that runs and that no other fault holds; it is held from now on.
   *
   * @throws NothingToStrike if there is none
   */
  static <S extends LocalServer> Member<S> held(List<Member<S>> members, Random random) {
    List<Member<S>> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    for (Member<S> member : shuffled) {
      if (member.hold()) {
        if (member.process().alive()) {
          return member;
        }
        member.release();
      }
    }
    throw new NothingToStrike("none of %s runs and is free".formatted(members));
  }

  /**
   * One of these that is at work: the first in an order that chance decides. A job that was killed
   * a moment ago has only standby tasks for minutes, so whoever is chosen first may stay idle.
   *
   * @throws NothingToStrike if all of them stay idle
   */
  static <S extends LocalServer> Member<S> heldAtWork(
      List<Member<S>> members, Random random, String what, Predicate<Member<S>> isAtWork) {
    List<Member<S>> shuffled = new ArrayList<>(members);
    Collections.shuffle(shuffled, random);
    long deadlineNs = System.nanoTime() + AT_WORK_LIMIT.toNanos();
    try {
      while (System.nanoTime() < deadlineNs) {
        for (Member<S> member : shuffled) {
          if (member.process().alive() && isAtWork.test(member) && member.hold()) {
            return member;
          }
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new NothingToStrike(
        "none of %s had %s within %d s".formatted(members, what, AT_WORK_LIMIT.toSeconds()));
  }

  /**
   * Waits until a victim is at work, so that a blow hits something.
   *
   * @param work what it is at, or empty while it is idle
   * @throws NothingToStrike if it stays idle; the victim is released then
   */
  static <T> T atWork(Member<?> victim, String what, Supplier<Optional<T>> work) {
    return atWork(victim, what, work, AT_WORK_LIMIT);
  }

  /** The same with a limit of its own, for a victim that has just been started. */
  static <T> T atWork(Member<?> victim, String what, Supplier<Optional<T>> work, Duration limit) {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    try {
      while (System.nanoTime() < deadlineNs) {
        Optional<T> found = work.get();
        if (found.isPresent()) {
          return found.get();
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    victim.release();
    throw new NothingToStrike(
        "%s had no %s within %d s".formatted(victim, what, limit.toSeconds()));
  }
}
