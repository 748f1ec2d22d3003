using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>Turns text of one character set into UTF-8.</summary>
internal sealed class TextForm
{
    readonly Encoding? encoding;
    readonly bool isAsciiWithin;
    readonly int[]? single; // of a set whose characters are single bytes; -1 for a byte that is none
    [ThreadStatic]
    static char[]? room;

    /// <param name="encoding">Null: the bytes are UTF-8 already.</param>
    /// <param name="isAsciiWithin">Whether bytes below 128 are ASCII wherever a character begins, and no others are part of one.</param>
    public TextForm(Encoding? encoding, bool isAsciiWithin)
    {
        this.encoding = encoding;
        this.isAsciiWithin = isAsciiWithin;
        if (encoding is { IsSingleByte: true }) single = MakeSingle(encoding);
    }

    /// <summary>Whether the bytes are UTF-8 already.</summary>
    public bool IsUtf8 => encoding is null;

    /// <summary>Writes a value as UTF-8.</summary>
    /// <exception cref="DecoderFallbackException">Bytes that are no characters of the set.</exception>
    public void Write(RowWriter row, ReadOnlySpan<byte> value)
    {
        if (encoding is null || (isAsciiWithin && Ascii.IsValid(value))) row.WriteBytes(value);
        else WriteDecoded(row, value);
    }

    public string ToText(ReadOnlySpan<byte> value)
    {
        if (encoding is null) return Encoding.UTF8.GetString(value);
        if (single is null) return encoding.GetString(value);
        var text = new StringBuilder();
        foreach (byte part in value) text.Append(Character(part));
        return text.ToString();
    }

    void WriteDecoded(RowWriter row, ReadOnlySpan<byte> value)
    {
        if (room is null || room.Length < value.Length) room = new char[Math.Max(value.Length, 4096)];
        int count = 0;
        if (single is not null)
            foreach (byte part in value)
                room[count++] = Character(part);
        else
            count = encoding!.GetChars(value, room);
        row.WriteText(room.AsSpan(0, count));
    }

    char Character(byte part) => single![part] is >= 0 and var character
        ? (char)character
        : throw new DecoderFallbackException($"Byte {part:X2} is no character of {encoding!.WebName}.", [part], 0);

    static int[] MakeSingle(Encoding encoding)
    {
        var characters = new int[256];
        for (int value = 0; value < 256; value++)
        {
            try
            {
                characters[value] = encoding.GetString([(byte)value])[0];
            }
            catch (DecoderFallbackException)
            {
                // The server keeps the five bytes that Windows' Western set leaves open as the control characters of the same number.
                characters[value] = encoding.CodePage == 1252 ? value : -1;
            }
        }

        return characters;
    }
}
