namespace Orrery.Connectors.ChangeCapture.MySql.Protocol;

/// <summary>The server answered with an error.</summary>
internal sealed class MySqlServerException(int code, string state, string text, string during)
    : Exception($"The server answered {during} with error {code} ({state}): {text}")
{
    public int Code { get; } = code;

    public string Text { get; } = text;

    /// <summary>Reads an error packet; its first byte is 255.</summary>
    public static MySqlServerException Read(ReadOnlySpan<byte> packet, string during)
    {
        var reader = new PacketReader(packet[1..]);
        int code = reader.UInt16();
        string state = "HY000";
        if (reader.Left > 5 && reader.Peek() == '#')
        {
            reader.Skip(1);
            state = System.Text.Encoding.ASCII.GetString(reader.Bytes(5));
        }

        return new MySqlServerException(code, state, System.Text.Encoding.UTF8.GetString(reader.Rest()), during);
    }
}
