using System.Buffers.Binary;
using System.Net.Sockets;

namespace Orrery.Connectors.ChangeCapture.MySql.Protocol;

/// <summary>
/// Packets over a stream: three bytes of length, one of sequence, then the payload; a payload of 16 MiB - 1 goes on in the next packet. What is in the buffer is
/// handed out without waiting and without a copy. A read that was cancelled is still under way and is taken up by the next one. For one thread at a time.
/// </summary>
internal sealed class PacketChannel(Stream stream, TimeProvider time, int packetBytesMax) : IAsyncDisposable
{
    const int PartBytes = 0xFFFFFF, HeaderBytes = 4, BufferBytes = 1 << 19;

    byte[] buffer = new byte[BufferBytes];
    byte[] joined = [];
    int start, end;
    byte sequence;
    Task<int>? pending;

    /// <summary>How long the other side may say nothing while something is awaited.</summary>
    public TimeSpan Silence { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Goes on over another stream, such as TLS over the first. Nothing may be in the buffer.</summary>
    public void Continue(Stream over)
    {
        if (start != end) throw new EventFormatException($"{end - start} bytes came before the encryption was agreed on.");
        stream = over;
    }

    public Stream Stream => stream;

    public void BeginCommand() => sequence = 0;

    /// <summary>A packet that is wholly in the buffer. Valid until the next call.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> packet)
    {
        packet = default;
        if (end - start < HeaderBytes) return false;
        int length = LengthAt(start);
        if (length == PartBytes) return TryJoin(out packet);
        if (length > packetBytesMax) throw TooLarge(length);
        if (end - start < HeaderBytes + length) return false;
        sequence = (byte)(buffer[start + 3] + 1);
        packet = buffer.AsMemory(start + HeaderBytes, length);
        start += HeaderBytes + length;
        return true;
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> packet;
        while (!TryRead(out packet)) await FillAsync(cancellationToken).ConfigureAwait(false);
        return packet;
    }

    /// <summary>Takes more bytes into the buffer.</summary>
    /// <exception cref="IOException">The connection ended, or nothing came for as long as <see cref="Silence"/> allows.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (pending is null)
        {
            MakeRoom();
            var read = stream.ReadAsync(buffer.AsMemory(end), CancellationToken.None);
            if (read.IsCompletedSuccessfully)
            {
                Take(read.Result);
                return;
            }

            pending = read.AsTask();
        }

        int count;
        try
        {
            count = await pending.WaitAsync(Silence, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new IOException($"The server said nothing for {Silence.TotalSeconds:0.#} s.", error);
        }

        pending = null;
        Take(count);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        int position = 0, length;
        do
        {
            length = Math.Min(PartBytes, payload.Length - position);
            var packet = new byte[HeaderBytes + length];
            BinaryPrimitives.WriteInt32LittleEndian(packet, length);
            packet[3] = sequence++;
            payload.Span.Slice(position, length).CopyTo(packet.AsSpan(HeaderBytes));
            await stream.WriteAsync(packet, cancellationToken).AsTask().WaitAsync(Silence, time, cancellationToken).ConfigureAwait(false);
            position += length;
        }
        while (length == PartBytes);
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        if (pending is null) return;
        try
        {
            await pending.ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException or OperationCanceledException)
        {
            // It was given up with the stream.
        }
    }

    void Take(int count)
    {
        if (count == 0) throw new IOException("The server closed the connection.");
        end += count;
    }

    void MakeRoom()
    {
        if (start == end) start = end = 0;
        int wanted = HeaderBytes;
        if (end - start >= HeaderBytes)
        {
            // A packet in parts needs room up to the end of the part that is not whole yet.
            int at = start;
            while (end - at >= HeaderBytes && LengthAt(at) == PartBytes && end - at - HeaderBytes >= PartBytes) at += HeaderBytes + PartBytes;
            long all = (long)at - start + HeaderBytes + (end - at >= HeaderBytes ? LengthAt(at) : 0);
            if (all > (long)packetBytesMax + HeaderBytes * 128) throw TooLarge(all);
            wanted = (int)all;
        }

        if (wanted > buffer.Length)
        {
            var larger = new byte[(int)Math.Min((long)packetBytesMax + HeaderBytes * 129, Math.Max((long)wanted + BufferBytes, buffer.Length * 2L))];
            buffer.AsSpan(start, end - start).CopyTo(larger);
            buffer = larger;
        }
        else if (buffer.Length - end < BufferBytes / 4 || start + wanted > buffer.Length)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
        }
        else
        {
            return;
        }

        end -= start;
        start = 0;
    }

    bool TryJoin(out ReadOnlyMemory<byte> packet)
    {
        packet = default;
        int at = start, bytes = 0, length;
        do
        {
            if (end - at < HeaderBytes) return false;
            length = LengthAt(at);
            if (end - at - HeaderBytes < length) return false;
            bytes += length;
            at += HeaderBytes + length;
            if (bytes > packetBytesMax) throw TooLarge(bytes);
        }
        while (length == PartBytes);
        if (joined.Length < bytes) joined = new byte[bytes];
        int finish = at, position = 0;
        for (at = start; at < finish; at += HeaderBytes + length)
        {
            length = LengthAt(at);
            buffer.AsSpan(at + HeaderBytes, length).CopyTo(joined.AsSpan(position));
            sequence = (byte)(buffer[at + 3] + 1);
            position += length;
        }

        start = finish;
        packet = joined.AsMemory(0, bytes);
        return true;
    }

    int LengthAt(int at) => buffer[at] | buffer[at + 1] << 8 | buffer[at + 2] << 16;

    EventFormatException TooLarge(long bytes) => new($"A packet of {bytes} bytes or more is larger than the limit of {packetBytesMax}.");
}
