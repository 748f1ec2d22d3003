using System.Buffers;
using System.Text.Unicode;
using Orrery.Interfaces.Health;

namespace Orrery.WebApi.Intake;

/// <summary>Checks the labels of a new series and makes its canonical key.</summary>
internal static class SeriesNaming
{
    static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);
    static readonly SearchValues<byte> MetricBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:"u8);

    /// <summary>Checks one label and adds it.</summary>
    public static DropReason Add(SeriesKeyBuilder builder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, OrreryApiOptions bounds)
    {
        if (value.IsEmpty)
            return DropReason.None;
        if (name.Length > bounds.LabelNameBytesMax || value.Length > bounds.LabelValueBytesMax)
            return DropReason.NameTooLong;
        if (name.SequenceEqual(SeriesKey.NameLabelBytes))
        {
            if (!IsName(value, MetricBytes))
                return DropReason.BadName;
        }
        else if (!IsName(name, NameBytes) || !Utf8.IsValid(value))
            return DropReason.BadLabel;
        builder.Add(name, value);
        return DropReason.None;
    }

    /// <summary>The key of the labels that were added, or why there is none.</summary>
    public static DropReason Build(SeriesKeyBuilder builder, out ReadOnlySpan<byte> key) => builder.TryBuild(out key) switch
    {
        SeriesKeyError.None => DropReason.None,
        SeriesKeyError.NoName => DropReason.BadName,
        SeriesKeyError.TooLong => DropReason.NameTooLong,
        _ => DropReason.BadLabel,
    };

    static bool IsName(ReadOnlySpan<byte> name, SearchValues<byte> allowed) =>
        !name.IsEmpty && !char.IsAsciiDigit((char)name[0]) && !name.ContainsAnyExcept(allowed);
}
