using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Orrery.Bench.Calls;

/// <summary>
/// The limit that calls between processes are compared with: frames of the same sizes over one socket, with no grains, callers, tables or time-outs.
/// One side keeps a number of requests under way, the other answers each; both read and write as much at once as there is.
/// </summary>
internal static class BareFrames
{
    const int RequestBytes = 50;
    const int AnswerBytes = 22;
    const int BufferBytes = 256 * 1024;

    /// <summary>Answers requests until the other side closes. Gives the port at once.</summary>
    public static int Serve()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        _ = AnswerAsync(listener);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    /// <summary>Round trips a second with so many under way.</summary>
    public static async Task<double> MeasureAsync(Socket socket, int underWay, int total)
    {
        byte[] requests = new byte[underWay * RequestBytes], received = new byte[BufferBytes];
        for (int request = 0; request < underWay; request++) BinaryPrimitives.WriteInt32LittleEndian(requests.AsSpan(request * RequestBytes), RequestBytes);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        int done = 0, sent = underWay, part = 0;
        await SendAsync(socket, requests);
        while (done < total)
        {
            part += await socket.ReceiveAsync(received.AsMemory());
            int answers = part / AnswerBytes;
            part -= answers * AnswerBytes;
            done += answers;
            int more = Math.Min(answers, total - sent);
            sent += more;
            if (more > 0) await SendAsync(socket, requests.AsMemory(0, more * RequestBytes));
        }

        return total / System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    static async Task AnswerAsync(Socket listener)
    {
        using var socket = await listener.AcceptAsync();
        listener.Dispose();
        socket.NoDelay = true;
        byte[] received = new byte[BufferBytes], answers = new byte[BufferBytes];
        int have = 0;
        while (await socket.ReceiveAsync(received.AsMemory(have)) is > 0 and var count)
        {
            have += count;
            int position = 0, filled = 0;
            for (; have - position >= RequestBytes; position += BinaryPrimitives.ReadInt32LittleEndian(received.AsSpan(position)), filled += AnswerBytes)
                received.AsSpan(position, AnswerBytes).CopyTo(answers.AsSpan(filled));
            received.AsSpan(position, have - position).CopyTo(received);
            have -= position;
            await SendAsync(socket, answers.AsMemory(0, filled));
        }
    }

    static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes)..];
    }
}
