package dev.onceflow.verification.cluster;

import dev.onceflow.cli.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What starts processes again in production: a member that has ended, and that no fault holds, is
 * started, each in a thread of its own, again and again until it runs. Says what it saw end by
 * itself.
 */
final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final long LOOK_MS = 200;
  private static final long PAUSE_MS = 1_000;

  private final Supplier<List<Member<?>>> members;
  private final Consumer<String> observed;
  private final Set<Member<?>> starting = ConcurrentHashMap.newKeySet();
  private final List<Thread> starters = new ArrayList<>();
  private final Thread thread = new Thread(this::watch, "supervisor");
  private volatile boolean closed;

  /**
   * @param members those of now: one may take another's place
   * @param observed hears what ended by itself, or could not be started
   */
  Supervisor(Supplier<List<Member<?>>> members, Consumer<String> observed) {
    this.members = members;
    this.observed = observed;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (!closed) {
      for (Member<?> member : members.get()) {
        if (!member.isHeld() && !member.process().alive() && starting.add(member)) {
          begin(member);
        }
      }
      sleep(LOOK_MS);
    }
  }

  private void begin(Member<?> member) {
    if (member.endedByItself()) {
      observed.accept(
          "%s ended by itself with exit code %s; its log is %s"
              .formatted(member, member.process().exitCode().orElse(-1), member.process().log()));
    }
    Thread starter = new Thread(() -> start(member), "start-" + member);
    starter.setDaemon(true);
    synchronized (starters) {
      starters.removeIf(each -> !each.isAlive());
      starters.add(starter);
    }
    starter.start();
  }

  private void start(Member<?> member) {
    try {
      // A fault may have taken it since; it is that fault's to say when it comes back.
      if (!closed && !member.isHeld()) {
        member.server().restart();
      }
    } catch (UserException | IllegalStateException e) {
      if (!closed && !member.isHeld()) {
        LOG.warn("{} did not start; trying again", member, e);
        sleep(PAUSE_MS);
      }
    } finally {
      starting.remove(member);
    }
  }

  private static void sleep(long ms) {
    try {
      TimeUnit.MILLISECONDS.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when it starts nothing any more; what it is starting is left to be stopped. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
