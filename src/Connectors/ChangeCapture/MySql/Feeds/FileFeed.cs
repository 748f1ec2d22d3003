using System.Buffers.Binary;
using Orrery.Connectors.ChangeCapture.MySql.Events;

namespace Orrery.Connectors.ChangeCapture.MySql.Feeds;

/// <summary>The events of one binary log file on disk.</summary>
internal sealed class FileFeed : IEventFeed
{
    const int BufferBytes = 1 << 20, EventBytesMax = 1 << 30;
    static ReadOnlySpan<byte> Magic => [0xFE, (byte)'b', (byte)'i', (byte)'n'];

    readonly Stream stream;
    readonly string name;
    byte[] buffer = new byte[BufferBytes];
    int start, end;
    long offset; // of what stands at start
    bool ended;

    /// <param name="stream">At its begin; owned.</param>
    /// <param name="name">Its name, for errors.</param>
    public FileFeed(Stream stream, string name)
    {
        this.stream = stream;
        this.name = name;
    }

    public bool TryRead(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (offset == 0)
        {
            if (end - start < Magic.Length) return false;
            if (!buffer.AsSpan(start, Magic.Length).SequenceEqual(Magic)) throw Damaged($"It begins with {Convert.ToHexString(buffer, start, 4)}, as no binary log does{(buffer[start] == 0xFD ? ": it is encrypted" : "")}.");
            start += Magic.Length;
            offset += Magic.Length;
        }

        if (end - start < EventHeader.Length) return false;
        int length = LengthAtStart();
        if (end - start < length) return false;
        bytes = buffer.AsMemory(start, length);
        start += length;
        offset += length;
        return true;
    }

    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (ended) return false;
        MakeRoom();
        int count = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
        end += count;
        if (count > 0) return true;
        ended = true;
        if (end > start) throw Damaged($"It ends within an event: {end - start} bytes are left.");
        return false;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    void MakeRoom()
    {
        int wanted = end - start >= EventHeader.Length && offset > 0 ? LengthAtStart() : EventHeader.Length;
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        // Room grows as bytes come, not as an event's head says: a damaged length takes no memory.
        if (end == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(Math.Max((long)wanted, BufferBytes), buffer.Length * 2L));
    }

    int LengthAtStart()
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(start + 9));
        return length is >= EventHeader.Length and <= EventBytesMax ? (int)length : throw Damaged($"An event says {length} bytes; {EventHeader.Length} to {EventBytesMax} are possible.");
    }

    ChangeSourceException Damaged(string what) => new(ChangeSourceFault.Format, $"The binary log '{name}' cannot be read at byte {offset}: {what}");
}
