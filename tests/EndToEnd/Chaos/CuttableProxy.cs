using System.Net;
using System.Net.Sockets;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>Passes connections on to another port of this machine, until it cuts them. While it is closed, connections are accepted and lead nowhere, as over a broken line.</summary>
sealed class CuttableProxy : IAsyncDisposable
{
    const int BufferBytes = 64 << 10;

    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly int targetPort;
    readonly Lock gate = new();
    readonly HashSet<Socket> sockets = [];
    readonly CancellationTokenSource stopping = new();
    readonly Task accepting;
    volatile bool open = true;

    public CuttableProxy(int targetPort)
    {
        this.targetPort = targetPort;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Breaks every connection off; new ones get through.</summary>
    public void Cut()
    {
        lock (gate)
        {
            foreach (Socket socket in sockets)
                socket.Close(timeout: 0); // A reset, not an orderly end.
            sockets.Clear();
        }
    }

    /// <summary>From now on bytes go nowhere, in either direction, without an error; what was connected stays so.</summary>
    public void Close() => open = false;

    /// <summary>Breaks off what hung, and lets connections through again.</summary>
    public void Open()
    {
        open = true;
        Cut();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        Cut();
        await accepting;
        stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (!stopping.IsCancellationRequested)
                _ = PassAsync(await listener.AcceptSocketAsync(stopping.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ends.
        }
    }

    async Task PassAsync(Socket caller)
    {
        var target = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        caller.NoDelay = true;
        lock (gate)
        {
            sockets.Add(caller);
            sockets.Add(target);
        }

        try
        {
            await target.ConnectAsync(IPAddress.Loopback, targetPort, stopping.Token);
            await Task.WhenAny(CopyAsync(caller, target), CopyAsync(target, caller));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The target does not listen; the caller sees its connection break off.
        }
        finally
        {
            lock (gate)
            {
                sockets.Remove(caller);
                sockets.Remove(target);
            }

            caller.Close(timeout: 0);
            target.Close(timeout: 0);
        }
    }

    async Task CopyAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer, stopping.Token) is > 0 and var count)
                if (open)
                    await to.SendAsync(buffer.AsMemory(0, count), stopping.Token);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Cut.
        }
    }
}
