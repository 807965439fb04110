package dev.onceflow.local.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A line to a server of any protocol over TCP. */
public final class TcpProxy extends LoopbackProxy {
  private static final int ANY_PORT = 0;
  private static final int BUFFER_BYTES = 128 * 1024;

  private TcpProxy(int listenPort, int serverPort) {
    super(listenPort, serverPort);
  }

  /** Starts a proxy on a free port, for a server on loopback. */
  public static TcpProxy start(int serverPort) {
    return start(ANY_PORT, serverPort);
  }

  /** The same on a given port, for servers that have to advertise it before they start. */
  public static TcpProxy start(int listenPort, int serverPort) {
    TcpProxy proxy = new TcpProxy(listenPort, serverPort);
    proxy.serve();
    return proxy;
  }

  @Override
  Conversation converse(ProxiedConnection connection) {
    return new Conversation() {
      @Override
      public void toServer() throws IOException {
        copy(connection.fromClient(), connection.toServer());
      }

      @Override
      public void toClient() throws IOException {
        copy(connection.fromServer(), connection.toClient());
      }
    };
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
    }
  }
}
