using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;

namespace Orrery.Storage.Copy;

/// <summary>
/// Count and content of a table, whatever order its rows come in: the sum of the rows' hashes (the first 128 bits of each SHA-256). Terms are not part of it: they belong to
/// the cluster that the rows live in.
/// </summary>
sealed class CopyDigest
{
    readonly MemoryStream row = new();
    UInt128 sum;

    public long Rows { get; private set; }

    public long Bytes { get; private set; }

    public string Text => sum.ToString("x32", null);

    public void Add(StateRow state)
    {
        Put(state.Key.GrainType).Put(state.Key.GrainKey).Put(state.Key.StateName).Put(state.Shard).Put(state.Version).Put(state.Value is null ? -1 : state.Value.Length);
        row.Write(state.Value ?? []);
        AddRow(state.Value?.Length ?? 0);
    }

    public void Add(ReminderRow reminder)
    {
        Put(reminder.Key.GrainType).Put(reminder.Key.GrainKey).Put(reminder.Key.Name).Put(reminder.Shard).Put(reminder.Version).Put(reminder.FirstDue.ToUnixTimeMilliseconds())
            .Put((long)reminder.Period.TotalMilliseconds).Put(reminder.NextDue.ToUnixTimeMilliseconds()).Put(reminder.Ran).Put(reminder.Failed).Put(reminder.Missed)
            .Put(reminder.Attempts).Put(reminder.Repeated).Put(reminder.Late);
        AddRow(0);
    }

    public void Add(Chunk chunk)
    {
        Put(chunk.Owner).Put((long)chunk.Key.Kind).Put(chunk.Key.Sequence).Put(chunk.FirstMilliseconds).Put(chunk.LastMilliseconds).Put(chunk.Data.Length);
        row.Write(chunk.Data.Span);
        AddRow(chunk.Data.Length);
    }

    CopyDigest Put(string text)
    {
        Put(text.Length);
        row.Write(Encoding.Unicode.GetBytes(text));
        return this;
    }

    CopyDigest Put(long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        row.Write(bytes);
        return this;
    }

    void AddRow(long bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row.GetBuffer().AsSpan(0, (int)row.Length), hash);
        sum += BinaryPrimitives.ReadUInt128LittleEndian(hash);
        Rows++;
        Bytes += bytes;
        row.SetLength(0);
    }
}

/// <summary>A row of grain state on its way from one store to another.</summary>
sealed record StateRow(GrainStateKey Key, int Shard, long Version, byte[]? Value);
