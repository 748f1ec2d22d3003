using System.Globalization;

namespace Orrery.Connectors.ChangeCapture.MySql;

/// <summary>A place in a server's binary log.</summary>
/// <param name="File">The file's name, such as <c>binlog.000042</c>.</param>
/// <param name="Offset">Bytes from its begin; the first event stands at 4.</param>
public readonly record struct BinlogPosition(string File, long Offset) : IComparable<BinlogPosition>
{
    /// <summary>Where a file's first event stands.</summary>
    public const long FirstOffset = 4;

    /// <summary>Largest file number and largest offset that a sequence holds.</summary>
    public const long FileNumberMax = (1 << 21) - 1, OffsetMax = uint.MaxValue;

    const int OffsetBits = 32;

    /// <summary>Sequences between two bytes of a file: a snapshot's batches stand between the events.</summary>
    internal const int SlotBits = 10;

    /// <summary>The number at the end of the file's name.</summary>
    /// <exception cref="FormatException">There is none, or it is larger than <see cref="FileNumberMax"/>.</exception>
    public long FileNumber
    {
        get
        {
            int dot = File.LastIndexOf('.');
            return dot >= 0 && long.TryParse(File.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= FileNumberMax
                ? number
                : throw new FormatException($"'{File}' is no name of a binary log's file: it ends with a point and a number of up to {FileNumberMax}.");
        }
    }

    /// <summary>The position as a number that rises along the log: file number, offset, and room between two offsets.</summary>
    /// <exception cref="FormatException">File number or offset is too large.</exception>
    public long Sequence => Offset is >= 0 and <= OffsetMax
        ? SequenceOf(FileNumber, Offset)
        : throw new FormatException($"Offset {Offset} of {File} is larger than {OffsetMax}: files of over 4 GiB cannot be captured.");

    public int CompareTo(BinlogPosition other) => FileNumber != other.FileNumber ? FileNumber.CompareTo(other.FileNumber) : Offset.CompareTo(other.Offset);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Offset}");

    internal static long SequenceOf(long fileNumber, long offset) => (fileNumber << (OffsetBits + SlotBits)) | (offset << SlotBits);
}
