package dev.onceflow.local.proxy;

import static dev.onceflow.local.proxy.ProxiedEnds.hasEnded;
import static dev.onceflow.local.proxy.ProxiedEnds.isSilent;
import static dev.onceflow.local.proxy.ProxiedEnds.receive;
import static dev.onceflow.local.proxy.ProxiedEnds.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.local.proxy.LineCount.Bytes;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
  private static final byte[] PING = "ping".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ANSWER = "answer".getBytes(StandardCharsets.UTF_8);
  private static final Duration WAIT = Duration.ofSeconds(10);

  private ServerSocket listener;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    listener = ProxiedEnds.listen();
    proxy = TcpProxy.start(listener.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    listener.close();
  }

  private ProxiedEnds connect() throws IOException {
    return ProxiedEnds.connect(proxy, listener);
  }

  private static void talk(ProxiedEnds ends) throws IOException {
    send(ends.client, PING);
    assertThat(receive(ends.server, PING.length)).isEqualTo(PING);
    send(ends.server, ANSWER);
    assertThat(receive(ends.client, ANSWER.length)).isEqualTo(ANSWER);
  }

  @Test
  void passesOnBothWays() throws IOException {
    try (ProxiedEnds ends = connect()) {
      talk(ends);

      assertThat(proxy.counts().passed()).isEqualTo(new Bytes(PING.length, ANSWER.length));
      assertThat(proxy.counts().open()).isOne();
    }
    Awaitility.await().atMost(WAIT).until(() -> proxy.counts().open() == 0);
    assertThat(proxy.counts().cut()).isZero();
  }

  @Test
  void endOfOneSideIsTheOthers() throws IOException {
    try (ProxiedEnds clientLeaves = connect();
        ProxiedEnds serverLeaves = connect()) {
      clientLeaves.client.close();
      serverLeaves.server.close();

      assertThat(hasEnded(clientLeaves.server)).isTrue();
      assertThat(hasEnded(serverLeaves.client)).isTrue();
    }
  }

  @Test
  void cutEndsWhatIsOpenAndTellsBusyFromIdle() throws IOException {
    try (ProxiedEnds busy = connect();
        ProxiedEnds idle = connect()) {
      talk(busy);
      LineCount before = proxy.counts();

      proxy.cut();

      assertThat(hasEnded(busy.client)).isTrue();
      assertThat(hasEnded(busy.server)).isTrue();
      assertThat(hasEnded(idle.client)).isTrue();
      assertThat(proxy.counts().since(before).cut()).isEqualTo(2);
      assertThat(proxy.counts().since(before).cutBusy()).isOne();
    }
    try (ProxiedEnds after = connect()) {
      talk(after);
    }
  }

  @Test
  void downRefusesUntilItIsRestored() throws IOException {
    try (ProxiedEnds ends = connect()) {
      proxy.goDown();

      assertThat(hasEnded(ends.client)).isTrue();
      try (Socket refused = ProxiedEnds.connect(proxy)) {
        assertThat(hasEnded(refused)).isTrue();
      }
    }
    assertThat(proxy.counts().refused()).isOne();

    proxy.restore();

    try (ProxiedEnds after = connect()) {
      talk(after);
    }
  }

  @Test
  void blackHoleSwallowsWhatIsSaidAndTheEnd() throws IOException {
    try (ProxiedEnds said = connect();
        ProxiedEnds ended = connect();
        ProxiedEnds silent = connect()) {
      proxy.blackHole();
      send(said.client, PING);
      ended.client.close();

      assertThat(isSilent(said.server)).isTrue();
      assertThat(isSilent(ended.server)).isTrue();
      assertThat(proxy.counts().swallowed()).isEqualTo(new Bytes(PING.length, 0));

      proxy.restore();

      // Those that lost something can't go on; the one that was silent has lost nothing.
      assertThat(hasEnded(said.client)).isTrue();
      assertThat(hasEnded(ended.server)).isTrue();
      talk(silent);
      assertThat(proxy.counts().cut()).isEqualTo(2);
    }
  }

  @Test
  void halfOpenLineSwallowsOneWay() throws IOException {
    try (ProxiedEnds ends = connect()) {
      proxy.halfOpen(Direction.TO_CLIENT);
      send(ends.client, PING);
      assertThat(receive(ends.server, PING.length)).isEqualTo(PING);

      send(ends.server, ANSWER);

      assertThat(isSilent(ends.client)).isTrue();
      assertThat(proxy.counts().swallowed()).isEqualTo(new Bytes(0, ANSWER.length));
    }
  }

  @Test
  void delayedLineIsLateBothWaysUntilItIsRestored() throws IOException {
    try (ProxiedEnds ends = connect()) {
      proxy.delay(100);
      long fromNs = System.nanoTime();
      talk(ends);
      assertThat(System.nanoTime() - fromNs).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(200));
      assertThat(proxy.counts().delayed()).isEqualTo(new Bytes(PING.length, ANSWER.length));

      proxy.delay(TimeUnit.HOURS.toMillis(1));
      send(ends.client, PING);
      Awaitility.await()
          .atMost(WAIT)
          .until(() -> proxy.counts().delayed().toServer() == 2L * PING.length);
      proxy.restore();

      // Nothing is lost, and what waits needn't wait to the end.
      assertThat(receive(ends.server, PING.length)).isEqualTo(PING);
    }
  }

  @Test
  void throttledLineLetsSoMuchThrough() throws IOException {
    byte[] bytes = new byte[30_000];
    try (ProxiedEnds ends = connect()) {
      proxy.throttle(100_000);
      long fromNs = System.nanoTime();
      send(ends.client, bytes);
      assertThat(receive(ends.server, bytes.length)).isEqualTo(bytes);
      assertThat(System.nanoTime() - fromNs)
          .isBetween(TimeUnit.MILLISECONDS.toNanos(250), TimeUnit.SECONDS.toNanos(3));
      assertThat(proxy.counts().throttled()).isEqualTo(new Bytes(bytes.length, 0));

      proxy.restore();

      talk(ends);
      assertThat(proxy.counts().throttled()).isEqualTo(new Bytes(bytes.length, 0));
    }
  }

  @Test
  void clientsOfAServerThatIsAwayAreEnded() throws IOException {
    listener.close();

    try (Socket client = ProxiedEnds.connect(proxy)) {
      assertThat(hasEnded(client)).isTrue();
    }
    assertThat(proxy.counts().accepted()).isZero();
  }

  @Test
  void refusesFiguresThatMakeNoSense() {
    assertThatThrownBy(() -> proxy.delay(0)).hasMessage("0 ms: expected at least 1");
    assertThatThrownBy(() -> proxy.throttle(0))
        .hasMessage("0 bytes per second: expected at least 1");
    assertThatThrownBy(() -> TcpProxy.start(proxy.port(), listener.getLocalPort()))
        .hasMessageContaining("Port %d of loopback".formatted(proxy.port()));
  }
}
