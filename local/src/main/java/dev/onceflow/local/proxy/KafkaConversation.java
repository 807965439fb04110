package dev.onceflow.local.proxy;

import dev.onceflow.local.proxy.AwaitedAnswers.Awaited;
import dev.onceflow.local.proxy.RequestOrders.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.ApiException;

/**
 * What a client and a broker say, request by request. Each request's head is read; everything else
 * is passed on unread, unless a fault needs it.
 */
final class KafkaConversation implements Conversation {
  private final RequestOrders orders;
  private final ProxiedConnection connection;
  private final AwaitedAnswers answers;

  KafkaConversation(RequestOrders orders, ProxiedConnection connection) throws IOException {
    this.orders = orders;
    this.connection = connection;
    this.answers = new AwaitedAnswers(connection.toClient());
  }

  @Override
  public void toServer() throws IOException {
    KafkaMessages requests = new KafkaMessages(connection.fromClient());
    OutputStream out = connection.toServer();
    while (true) {
      requests.next();
      KafkaRequest request = read(requests.beginning());
      Optional<RequestFault> fault = orders.takeRequested(request);
      if (fault.isPresent()) {
        strike(fault.get(), request, requests.take(), out);
      } else {
        answers.expect(request);
        requests.passOn(out);
      }
    }
  }

  private static KafkaRequest read(ByteBuffer beginning) throws IOException {
    try {
      return KafkaProtocol.request(beginning);
    } catch (ApiException e) {
      throw new IOException("not a request of this version of Kafka", e);
    }
  }

  private void strike(RequestFault fault, KafkaRequest request, byte[] message, OutputStream out)
      throws IOException {
    switch (fault.strike().kind()) {
      case REQUEST_LOST -> {
        orders.hit(fault, request);
        throw cut();
      }
      case REQUEST_STUCK -> {
        orders.hit(fault, request);
        connection.lose(Direction.TO_SERVER);
        connection.lose(Direction.TO_CLIENT);
        connection.awaitClosed();
        throw new IOException("closed after a request was stuck");
      }
      case REQUEST_HELD -> {
        orders.hit(fault, request);
        answers.expect(request);
        hold(fault.strike().ms());
        out.write(message);
      }
      case REQUEST_TWICE -> {
        answers.expect(request);
        answers.expectAgain(request, fault);
        out.write(message);
        out.write(message);
      }
      case ERROR_ANSWER -> {
        orders.hit(fault, request);
        Optional<ByteBuffer> refusal =
            KafkaProtocol.refusal(KafkaMessages.content(message), fault.strike().error());
        if (refusal.isPresent()) {
          answers.refuse(request, refusal.get());
        }
      }
      default -> throw new IllegalStateException(fault.strike() + " strikes no requests");
    }
  }

  /** Ends this way too: what was sent behind a struck request must not be struck as well. */
  private IOException cut() {
    connection.cut();
    return new IOException("cut");
  }

  private void hold(long ms) throws IOException {
    int restores = orders.restores();
    connection.pause(TimeUnit.MILLISECONDS.toNanos(ms), () -> orders.restores() == restores);
  }

  @Override
  public void toClient() throws IOException {
    KafkaMessages incoming = new KafkaMessages(connection.fromServer());
    OutputStream out = connection.toClient();
    while (true) {
      incoming.next();
      Awaited awaited = answers.answered(incoming.beginning().getInt());
      if (awaited.repeated().isPresent()) {
        incoming.drop();
        orders.hit(awaited.repeated().get(), awaited.request());
      } else if (orders.isAnswerAwaited(awaited.request())) {
        byte[] message = incoming.take();
        strikeAnswer(awaited.request(), message);
        out.write(message);
      } else {
        incoming.passOn(out);
      }
      answers.done();
    }
  }

  private void strikeAnswer(KafkaRequest request, byte[] message) throws IOException {
    Answer answer = KafkaProtocol.answer(request, KafkaMessages.content(message));
    Optional<RequestFault> fault = orders.takeAnswered(request, answer);
    if (fault.isEmpty()) {
      return;
    }
    orders.hit(fault.get(), request);
    if (fault.get().strike().kind() == Strike.Kind.ANSWER_DELAYED) {
      hold(fault.get().strike().ms());
    } else {
      throw cut();
    }
  }
}
