using System.Security.Cryptography;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tags;

/// <summary>The index as bytes, and back.</summary>
sealed partial class TagIndex
{
    const int Format = 1;

    /// <param name="offset">Of the first change that is not in it.</param>
    /// <param name="waiting">Events that nobody was told yet.</param>
    public byte[] Write(long offset, IReadOnlyCollection<SegmentEvent> waiting)
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Format);
        writer.Write(offset);
        writer.Write(Version);
        writer.Write(LastEvent);
        writer.Write(pointAt);
        writer.Write(IsFull);
        writer.Write(objects.Count);
        foreach (string? name in objects)
            writer.Write(name ?? "");
        for (int ordinal = 0; ordinal < objects.Count; ordinal++)
        {
            writer.Write7BitEncodedInt(held[ordinal]?.Length ?? 0);
            foreach (ulong entry in held[ordinal] ?? [])
                writer.Write(entry);
        }

        everything.Write(writer);
        writer.Write(bits.Count);
        foreach ((int part, long[] of) in bits)
        {
            writer.Write(part);
            for (int ordinal = 0; ordinal < objects.Count; ordinal++)
                writer.Write(ordinal < of.Length ? of[ordinal] : 0);
        }

        writer.Write(names.Count);
        foreach (IndexedTag tag in names.Values)
        {
            writer.Write(tag.Id);
            writer.Write(tag.Number);
            writer.Write((int)tag.Kind);
            writer.Write(tag.Part);
            writer.Write(tag.Bit);
        }

        writer.Write(tags.Count);
        foreach ((int number, TagMembers tag) in tags)
        {
            writer.Write(number);
            tag.Members.Write(writer);
            writer.Write(tag.Values.Count);
            foreach ((int ordinal, string value) in tag.Values)
            {
                writer.Write(ordinal);
                writer.Write(value);
            }

            Write(writer, tag.History);
        }

        writer.Write(segments.Count);
        foreach (IndexedSegmentState segment in segments.Values)
        {
            writer.Write(segment.Id);
            writer.Write(segment.Expression);
            segment.Members.Write(writer);
            Write(writer, segment.History);
        }

        writer.Write(waiting.Count);
        foreach (SegmentEvent told in waiting)
        {
            writer.Write(told.Id);
            writer.Write(told.Segment);
            writer.Write(told.Object);
            writer.Write(told.Event);
            writer.Write(told.At.ToUnixTimeMilliseconds());
        }

        writer.Flush();
        writer.Write(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Becomes what was written. Only for one that is new; after an error it is of no use.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of another format.</exception>
    public (long Offset, IReadOnlyList<SegmentEvent> Waiting) Read(byte[] bytes)
    {
        int length = bytes.Length - SHA256.HashSizeInBytes;
        if (length < sizeof(int) || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length)))
            throw new InvalidDataException($"The checkpoint of {bytes.Length} bytes does not have its own hash.");
        using var reader = new BinaryReader(new MemoryStream(bytes, 0, length));
        if (reader.ReadInt32() is not Format and var format)
            throw new InvalidDataException($"The checkpoint has the format {format}; this reads {Format}.");
        long offset = reader.ReadInt64();
        Version = reader.ReadInt64();
        LastEvent = reader.ReadInt64();
        pointAt = reader.ReadInt64();
        IsFull = reader.ReadBoolean();
        ReadObjects(reader);
        everything = ObjectBitmap.Read(reader);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            int part = reader.ReadInt32();
            long[] of = bits[part] = new long[objects.Count];
            for (int ordinal = 0; ordinal < of.Length; ordinal++)
                of[ordinal] = reader.ReadInt64();
        }

        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            var tag = new IndexedTag(reader.ReadString(), reader.ReadInt32(), (TagKind)reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            names[tag.Id] = tag;
        }

        Place([.. names.Values]);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            TagMembers tag = tags[reader.ReadInt32()] = new TagMembers { Members = ObjectBitmap.Read(reader) };
            for (int values = reader.ReadInt32(); values > 0; values--)
            {
                int ordinal = reader.ReadInt32();
                tag.Values[ordinal] = tag.Word(reader.ReadString());
            }

            Read(reader, tag.History);
        }

        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            (string id, string expression) = (reader.ReadString(), reader.ReadString());
            var segment = new IndexedSegmentState(id, expression, SegmentExpression.Parse(expression, KindOf), ObjectBitmap.Read(reader), []);
            Read(reader, segment.History);
            segments[id] = segment;
        }

        Watch();
        var waiting = new List<SegmentEvent>();
        for (int left = reader.ReadInt32(); left > 0; left--)
            waiting.Add(new SegmentEvent(reader.ReadInt64(), reader.ReadString(), reader.ReadString(), reader.ReadString(), DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64())));
        return (offset, waiting);
    }

    void ReadObjects(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            string name = reader.ReadString();
            objects.Add(name.Length > 0 ? name : null);
            if (name.Length > 0)
                ordinals[name] = ordinal;
            else
                free.Push(ordinal);
        }

        held = new ulong[]?[count];
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            int entries = reader.Read7BitEncodedInt();
            if (entries == 0)
                continue;
            ulong[] of = held[ordinal] = new ulong[entries];
            for (int place = 0; place < entries; place++)
                of[place] = reader.ReadUInt64();
        }
    }

    static void Write(BinaryWriter writer, List<HistoryPoint> history)
    {
        writer.Write(history.Count);
        foreach (HistoryPoint point in history)
        {
            writer.Write(point.At);
            writer.Write(point.Size);
        }
    }

    static void Read(BinaryReader reader, List<HistoryPoint> history)
    {
        for (int left = reader.ReadInt32(); left > 0; left--)
            history.Add(new HistoryPoint(reader.ReadInt64(), reader.ReadInt64()));
    }
}
