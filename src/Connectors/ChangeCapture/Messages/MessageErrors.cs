using System.Text;
using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>The words of refusals.</summary>
static class MessageErrors
{
    /// <summary>Characters of a foreign text that a message repeats.</summary>
    const int TextMax = 100;

    public static MessageException DoesNotFit(TableSchema schema, int column, int row, ReadOnlySpan<byte> value)
    {
        Column one = schema.Columns[column];
        return new MessageException(MessageFault.Value, $"row {row} of {schema}, column '{one.Name}': '{Shorten(Encoding.UTF8.GetString(value[..Math.Min(value.Length, TextMax * 2)]))}' does not fit {one.Type}{(one.NativeType.Length > 0 ? $" ({one.NativeType})" : "")}");
    }

    /// <summary>What a reader throws for an error met on the way, with the message's place.</summary>
    public static MessageException Translate(Exception error, string format, long sequence)
    {
        MessageFault fault = error switch
        {
            MessageException known => known.Fault,
            RowFormatException => MessageFault.Schema,
            ValueRangeException => MessageFault.Value,
            JsonException => MessageFault.Json,
            // Utf8JsonReader's word for text that is no UTF-8, and for half a character.
            InvalidOperationException or DecoderFallbackException => MessageFault.Json,
            _ => default,
        };
        if (fault == default) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return new MessageException(fault, $"The {format} message {sequence} cannot be read: {error.Message}{(error.Message.EndsWith('.') ? "" : ".")}", error);
    }

    public static string Shorten(string text) => text.Length <= TextMax ? text : text[..TextMax] + "...";
}
