using System.Runtime.InteropServices;
using System.Text;
using Orrery.Interfaces.Jobs.Rollouts;

namespace Orrery.Grains.Jobs.Rollouts;

/// <summary>An agent in 36 bytes; its name lies in the table's arena.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
struct AgentRow
{
    public uint Hash;
    public int NameAt;

    /// <summary>Seconds since the table's epoch.</summary>
    public int SeenAt;

    /// <summary>When the task's state ends by itself, as <see cref="SeenAt"/>.</summary>
    public int TaskDeadline;

    public uint Token;
    public ushort NameLength;
    public ushort Version;
    public ushort Tag;

    /// <summary>Place in the shard's list of roll-outs.</summary>
    public ushort Rollout;

    public byte Task;
    public byte Attempts;
    public byte Wave;
}

/// <summary>
/// Agents as rows in one array, names as UTF-8 in another, found by open addressing: no object for each. For one thread at a time.
/// </summary>
sealed class AgentTable
{
    const int RowsFirst = 256, NameBytesFirst = 8 << 10;

    AgentRow[] rows = new AgentRow[RowsFirst];
    byte[] names = new byte[NameBytesFirst];

    /// <summary>Places in <see cref="rows"/> plus one; 0: free.</summary>
    int[] index = new int[RowsFirst * 2];
    int nameBytes;

    public int Count { get; private set; }

    public Span<AgentRow> Rows => rows.AsSpan(0, Count);

    public string NameOf(in AgentRow row) => Encoding.UTF8.GetString(names, row.NameAt, row.NameLength);

    public ref AgentRow At(int place) => ref rows[place];

    /// <summary>The place of an agent; -1: it is not known.</summary>
    public int Find(string name)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        return Find(bytes[..Encoding.UTF8.GetBytes(name, bytes)], AgentShards.Hash(name));
    }

    /// <summary>The place of an agent, which is made where it is not known.</summary>
    public int FindOrAdd(string name)
    {
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(name.Length)];
        bytes = bytes[..Encoding.UTF8.GetBytes(name, bytes)];
        uint hash = AgentShards.Hash(name);
        int place = Find(bytes, hash);
        if (place >= 0)
            return place;
        if (Count == rows.Length)
            Array.Resize(ref rows, rows.Length * 2);
        if ((Count + 1) * 2 > index.Length)
            Grow();
        if (nameBytes + bytes.Length > names.Length)
            Array.Resize(ref names, Math.Max(names.Length * 2, nameBytes + bytes.Length));
        bytes.CopyTo(names.AsSpan(nameBytes));
        rows[Count] = new AgentRow { Hash = hash, NameAt = nameBytes, NameLength = (ushort)bytes.Length };
        nameBytes += bytes.Length;
        Enter(Count, hash);
        return Count++;
    }

    /// <summary>Rows and names as they lie, for the store.</summary>
    public byte[] ToBytes()
    {
        ReadOnlySpan<byte> body = MemoryMarshal.AsBytes(Rows);
        byte[] bytes = new byte[8 + body.Length + nameBytes];
        BitConverter.TryWriteBytes(bytes, Count);
        BitConverter.TryWriteBytes(bytes.AsSpan(4), nameBytes);
        body.CopyTo(bytes.AsSpan(8));
        names.AsSpan(0, nameBytes).CopyTo(bytes.AsSpan(8 + body.Length));
        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are no table.</exception>
    public static AgentTable Read(ReadOnlySpan<byte> bytes)
    {
        var table = new AgentTable();
        if (bytes.IsEmpty)
            return table;
        int count = BitConverter.ToInt32(bytes), nameBytes = BitConverter.ToInt32(bytes[4..]);
        int body = count * Marshal.SizeOf<AgentRow>();
        if (count < 0 || nameBytes < 0 || bytes.Length != 8 + body + nameBytes)
            throw new InvalidDataException($"A table of agents has {bytes.Length} bytes and says that it has {count} agents with {nameBytes} bytes of names.");
        table.rows = new AgentRow[Math.Max(RowsFirst, count)];
        bytes.Slice(8, body).CopyTo(MemoryMarshal.AsBytes(table.rows.AsSpan()));
        table.names = bytes[(8 + body)..].ToArray();
        (table.Count, table.nameBytes) = (count, nameBytes);
        while (table.index.Length < (count + 1) * 2)
            table.index = new int[table.index.Length * 2];
        for (int place = 0; place < count; place++)
            table.Enter(place, table.rows[place].Hash);
        return table;
    }

    int Find(ReadOnlySpan<byte> name, uint hash)
    {
        for (int slot = Slot(hash); index[slot] != 0; slot = (slot + 1) % index.Length)
        {
            ref AgentRow row = ref rows[index[slot] - 1];
            if (row.Hash == hash && names.AsSpan(row.NameAt, row.NameLength).SequenceEqual(name))
                return index[slot] - 1;
        }

        return -1;
    }

    void Enter(int place, uint hash)
    {
        int slot = Slot(hash);
        while (index[slot] != 0)
            slot = (slot + 1) % index.Length;
        index[slot] = place + 1;
    }

    void Grow()
    {
        index = new int[index.Length * 2];
        for (int place = 0; place < Count; place++)
            Enter(place, rows[place].Hash);
    }

    /// <summary>All agents of a shard share the hash's remainder by the number of shards: it is mixed.</summary>
    int Slot(uint hash) => (int)((hash * 0x9E3779B97F4A7C15UL >> 32) % (ulong)index.Length);
}
