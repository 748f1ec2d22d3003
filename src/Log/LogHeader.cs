namespace Orrery.Log;

/// <summary>One header of a record.</summary>
/// <param name="NameUtf8">Its name in UTF-8.</param>
/// <param name="Value">Its bytes; may be empty.</param>
public readonly record struct LogHeader(ReadOnlyMemory<byte> NameUtf8, ReadOnlyMemory<byte> Value)
{
    public string Name => System.Text.Encoding.UTF8.GetString(NameUtf8.Span);
}
