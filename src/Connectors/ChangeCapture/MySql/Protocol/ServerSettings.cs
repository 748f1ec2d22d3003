using System.Globalization;
using Orrery.Connectors.ChangeCapture.MySql.Columns;

namespace Orrery.Connectors.ChangeCapture.MySql.Protocol;

/// <summary>What a server is set to, as far as capturing depends on it.</summary>
internal sealed record ServerSettings(uint ServerId, bool FoldsCase, string Charset)
{
    const int SyntaxError = 1064;

    /// <exception cref="ChangeSourceException">It does not log rows; the message says what to set.</exception>
    public static async ValueTask<ServerSettings> ReadAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('log_bin','binlog_format','server_id','lower_case_table_names','character_set_server','binlog_row_value_options','binlog_transaction_compression')",
            cancellationToken).ConfigureAwait(false);
        var values = rows.ToDictionary(row => row[0]!.ToLowerInvariant(), row => row[1] ?? "");
        string Value(string name) => values.GetValueOrDefault(name, "");
        var missing = new List<string>();
        if (Value("log_bin") is not ("ON" or "1")) missing.Add("log_bin is off: start the server with log_bin");
        if (Value("binlog_format") is not ("ROW" or "")) missing.Add($"binlog_format is {Value("binlog_format")}: set it to ROW");
        if (Value("server_id") is "0") missing.Add("server_id is 0: give the server a number");
        if (Value("binlog_row_value_options").Contains("PARTIAL_JSON", StringComparison.OrdinalIgnoreCase)) missing.Add("binlog_row_value_options is PARTIAL_JSON: set it to ''");
        if (Value("binlog_transaction_compression") is "ON") missing.Add("binlog_transaction_compression is ON: set it to OFF");
        if (missing.Count > 0) throw new ChangeSourceException(ChangeSourceFault.Settings, $"The server's settings do not let its changes be captured: {string.Join("; ", missing)}.");
        return new ServerSettings(
            uint.TryParse(Value("server_id"), NumberStyles.None, CultureInfo.InvariantCulture, out uint id) ? id : 0,
            Value("lower_case_table_names") is not ("0" or ""),
            Charsets.Normal(Value("character_set_server") is { Length: > 0 } charset ? charset : "utf8mb4"));
    }

    /// <summary>Where the server's log ends.</summary>
    public static async ValueTask<BinlogPosition> PositionAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        List<string?[]> rows;
        try
        {
            rows = await connection.QueryAsync("SHOW MASTER STATUS", cancellationToken).ConfigureAwait(false);
        }
        catch (MySqlServerException error) when (error.Code == SyntaxError)
        {
            rows = await connection.QueryAsync("SHOW BINARY LOG STATUS", cancellationToken).ConfigureAwait(false); // MySQL since 8.4
        }

        if (rows.Count == 0) throw new ChangeSourceException(ChangeSourceFault.Settings, "The server says no position of its log: its binary log is off.");
        return new BinlogPosition(rows[0][0]!, long.Parse(rows[0][1]!, CultureInfo.InvariantCulture));
    }
}
