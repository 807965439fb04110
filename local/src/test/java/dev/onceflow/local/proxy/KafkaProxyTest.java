package dev.onceflow.local.proxy;

import static dev.onceflow.local.proxy.ProxiedEnds.hasEnded;
import static dev.onceflow.local.proxy.ProxiedEnds.isSilent;
import static dev.onceflow.local.proxy.ProxiedEnds.receive;
import static dev.onceflow.local.proxy.ProxiedEnds.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.RequestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Both ends are the test's own, so that it decides what comes when. */
class KafkaProxyTest {
  private static final String CLIENT = "client-1";
  private static final short END_TXN_VERSION = 5;

  private ServerSocket listener;
  private KafkaProxy proxy;
  private ProxiedEnds ends;

  @BeforeEach
  void start() throws IOException {
    listener = ProxiedEnds.listen();
    proxy = KafkaProxy.start(0, listener.getLocalPort());
    ends = ProxiedEnds.connect(proxy, listener);
  }

  @AfterEach
  void stop() throws IOException {
    ends.close();
    proxy.close();
    listener.close();
  }

  private static byte[] request(ApiKeys api, int correlationId, String clientId) {
    short version = api == ApiKeys.END_TXN ? END_TXN_VERSION : api.latestVersion();
    return message(
        RequestUtils.serialize(
            new RequestHeaderData()
                .setRequestApiKey(api.id)
                .setRequestApiVersion(version)
                .setCorrelationId(correlationId)
                .setClientId(clientId),
            api.requestHeaderVersion(version),
            api.messageType.newRequest(),
            version));
  }

  private static byte[] endTxn(int correlationId) {
    return request(ApiKeys.END_TXN, correlationId, CLIENT);
  }

  private static byte[] metadata(int correlationId) {
    return request(ApiKeys.METADATA, correlationId, CLIENT);
  }

  private static byte[] endTxnAnswer(int correlationId, Errors error) {
    return message(
        RequestUtils.serialize(
            new ResponseHeaderData().setCorrelationId(correlationId),
            ApiKeys.END_TXN.responseHeaderVersion(END_TXN_VERSION),
            new EndTxnResponseData().setErrorCode(error.code()),
            END_TXN_VERSION));
  }

  private static byte[] message(ByteBuffer content) {
    return ByteBuffer.allocate(Integer.BYTES + content.remaining())
        .putInt(content.remaining())
        .put(content)
        .array();
  }

  /** An answer whose content doesn't matter. */
  private static byte[] answer(int correlationId) {
    return message(ByteBuffer.allocate(Integer.BYTES).putInt(0, correlationId));
  }

  private static void assertReceived(Socket to, byte[] message) throws IOException {
    assertThat(receive(to, message.length)).isEqualTo(message);
  }

  private RequestFault order(Strike strike) {
    RequestFault fault = RequestFault.once(ApiKeys.END_TXN, strike);
    proxy.order(fault);
    return fault;
  }

  @Test
  void messagesOfAnySizePassUnaltered() throws IOException {
    byte[] large = new byte[300_000];
    new Random(7).nextBytes(large);
    byte[] head = metadata(1);
    ByteBuffer request = ByteBuffer.allocate(head.length + large.length).put(head).put(large);
    request.putInt(0, request.capacity() - Integer.BYTES);
    ByteBuffer answer = ByteBuffer.allocate(Integer.BYTES + large.length).put(answer(1), 4, 4);
    byte[] longAnswer = message(answer.put(large, 0, large.length - Integer.BYTES).flip());

    send(ends.client, request.array());
    assertReceived(ends.server, request.array());
    send(ends.server, longAnswer);

    assertReceived(ends.client, longAnswer);
  }

  @Test
  void refusalWaitsUntilOlderRequestsAreAnswered() throws IOException {
    RequestFault fault = order(Strike.errorAnswer(Errors.PRODUCER_FENCED));

    send(ends.client, metadata(1));
    send(ends.client, endTxn(2));
    send(ends.client, metadata(3));

    // The broker never hears of the second one.
    assertReceived(ends.server, metadata(1));
    assertReceived(ends.server, metadata(3));
    assertThat(proxy.fired(fault)).isOne();
    assertThat(isSilent(ends.client)).isTrue();
    send(ends.server, answer(1));
    send(ends.server, answer(3));
    assertReceived(ends.client, answer(1));
    assertReceived(ends.client, endTxnAnswer(2, Errors.PRODUCER_FENCED));
    assertReceived(ends.client, answer(3));
  }

  @Test
  void requestsThatExpectNoAnswerHoldUpNobody() throws IOException {
    send(ends.client, request(ApiKeys.PRODUCE, 1, CLIENT));
    send(ends.client, metadata(2));
    assertReceived(ends.server, request(ApiKeys.PRODUCE, 1, CLIENT));
    assertReceived(ends.server, metadata(2));

    send(ends.server, answer(2));

    assertReceived(ends.client, answer(2));
  }

  @Test
  void lostRequestNeverArrivesAndWhatIsBehindItNeither() throws IOException {
    RequestFault fault = order(Strike.REQUEST_LOST);

    send(ends.client, endTxn(1));

    assertThat(hasEnded(ends.client)).isTrue();
    assertThat(hasEnded(ends.server)).isTrue();
    assertThat(proxy.fired(fault)).isOne();
    assertThat(proxy.counts().cut()).isOne();
  }

  @Test
  void answerThatSaysNoIsNotLost() throws IOException {
    RequestFault fault = order(Strike.ANSWER_LOST);
    byte[] no = endTxnAnswer(1, Errors.CONCURRENT_TRANSACTIONS);
    send(ends.client, endTxn(1));
    assertReceived(ends.server, endTxn(1));
    send(ends.server, no);
    assertReceived(ends.client, no);
    assertThat(proxy.fired(fault)).isZero();

    send(ends.client, endTxn(2));
    assertReceived(ends.server, endTxn(2));
    send(ends.server, endTxnAnswer(2, Errors.NONE));

    assertThat(hasEnded(ends.client)).isTrue();
    assertThat(proxy.hits(fault))
        .singleElement()
        .satisfies(hit -> assertThat(hit.correlationId()).isEqualTo(2))
        .satisfies(hit -> assertThat(hit.clientId()).isEqualTo(CLIENT));
  }

  @Test
  void stuckRequestHoldsItsConnectionUntilTheLineIsRestored() throws IOException {
    order(Strike.REQUEST_STUCK);

    send(ends.client, endTxn(1));
    ends.client.close();

    assertThat(isSilent(ends.server)).isTrue();
    proxy.restore();
    assertThat(hasEnded(ends.server)).isTrue();
  }

  @Test
  void heldRequestArrivesThoughItsClientHasHungUp() throws IOException {
    order(Strike.requestHeld(1_000));

    send(ends.client, endTxn(1));
    ends.client.close();

    assertThat(isSilent(ends.server)).isTrue();
    assertReceived(ends.server, endTxn(1));
    assertThat(hasEnded(ends.server)).isTrue();
  }

  @Test
  void heldRequestGoesOnWhenTheLineIsRestored() throws IOException {
    order(Strike.requestHeld(3_600_000));
    send(ends.client, endTxn(1));
    assertThat(isSilent(ends.server)).isTrue();

    proxy.restore();

    assertReceived(ends.server, endTxn(1));
  }

  @Test
  void repeatedRequestIsAnsweredOnce() throws IOException {
    RequestFault fault = order(Strike.REQUEST_TWICE);

    send(ends.client, endTxn(1));
    send(ends.client, metadata(2));

    assertReceived(ends.server, endTxn(1));
    assertReceived(ends.server, endTxn(1));
    assertReceived(ends.server, metadata(2));
    send(ends.server, endTxnAnswer(1, Errors.NONE));
    send(ends.server, endTxnAnswer(1, Errors.PRODUCER_FENCED));
    send(ends.server, answer(2));
    assertReceived(ends.client, endTxnAnswer(1, Errors.NONE));
    assertReceived(ends.client, answer(2));
    assertThat(proxy.fired(fault)).isOne();
  }

  @Test
  void strikesTheClientThatIsNamedAsOftenAsOrdered() throws IOException {
    RequestFault fault =
        new RequestFault(
            ApiKeys.END_TXN, Strike.errorAnswer(Errors.NOT_COORDINATOR), 2, "client-2");
    proxy.order(fault);

    send(ends.client, request(ApiKeys.END_TXN, 1, "client-1"));
    for (int n = 2; n <= 4; n++) {
      send(ends.client, request(ApiKeys.END_TXN, n, "client-2"));
    }

    assertReceived(ends.server, request(ApiKeys.END_TXN, 1, "client-1"));
    assertReceived(ends.server, request(ApiKeys.END_TXN, 4, "client-2"));
    assertThat(proxy.fired(fault)).isEqualTo(2);
  }

  @Test
  void withdrawnOrderStrikesNobody() throws IOException {
    RequestFault fault =
        new RequestFault(
            ApiKeys.END_TXN,
            Strike.REQUEST_LOST,
            RequestFault.UNTIL_WITHDRAWN,
            RequestFault.ANY_CLIENT);
    proxy.order(fault);
    proxy.withdraw(fault);

    send(ends.client, endTxn(1));

    assertReceived(ends.server, endTxn(1));
    assertThat(proxy.fired(fault)).isZero();
  }

  @Test
  void refusesOrdersThatMakeNoSense() {
    assertThatThrownBy(() -> Strike.requestHeld(0))
        .hasMessage("REQUEST_HELD for 0 ms: expected at least 1");
    assertThatThrownBy(() -> Strike.errorAnswer(Errors.NONE))
        .hasMessage("ERROR_ANSWER with NONE: ERROR_ANSWER, and nothing else, has an error");
    assertThatThrownBy(() -> new RequestFault(ApiKeys.END_TXN, Strike.ANSWER_LOST, 0, ""))
        .hasMessage("times is 0: expected at least 1");
  }
}
