using System.Text;
using System.Text.RegularExpressions;

namespace Orrery.Jobs.DataX;

/// <summary>The plugins that are known, and their options.</summary>
static partial class DataXPlugins
{
    const string Readers = "mysqlreader, postgresqlreader, sqlserverreader, sqlitereader, rdbmsreader, txtfilereader, streamreader";
    const string Writers = "mysqlwriter, postgresqlwriter, sqlserverwriter, sqlitewriter, rdbmswriter, txtfilewriter, streamwriter";
    const int NumberedTablesMax = 10_000;

    /// <summary>The content's reader or writer; null where nothing can be said of it.</summary>
    public static DataXSide? Read(DataXNode content, string role)
    {
        if (content.Child(role) is not { } node)
        {
            content.Error(role, "is missing.");
            return null;
        }

        string name = node.Required("name");
        DataXNode? parameter = node.Child("parameter");
        node.Ignore("it is no option of the plugin", "comment", "description");
        node.Finish();
        if (name.Length == 0) return null;
        if (parameter is null)
        {
            node.Error("parameter", "is missing.");
            return null;
        }

        DataXSide? side = name switch
        {
            "mysqlreader" or "postgresqlreader" or "sqlserverreader" or "sqlitereader" or "rdbmsreader" when role == "reader" => DatabaseReader(name, parameter),
            "mysqlwriter" or "postgresqlwriter" or "sqlserverwriter" or "sqlitewriter" or "rdbmswriter" when role == "writer" => DatabaseWriter(name, parameter),
            "txtfilereader" when role == "reader" => TextReader(name, parameter),
            "txtfilewriter" when role == "writer" => TextWriter(name, parameter),
            "streamreader" when role == "reader" => StreamReader(name, parameter),
            "streamwriter" when role == "writer" => StreamWriter(name, parameter),
            _ => null,
        };
        if (side is null) node.Error("name", $"is '{name}', which is no {role} that is known here: {(role == "reader" ? Readers : Writers)}.");
        else parameter.Finish();
        return side;
    }

    static DataXDatabase DatabaseReader(string plugin, DataXNode node)
    {
        node.Ignore("rows are streamed here", "fetchSize", "splitFactor", "adviceNumber", "hint", "mandatoryEncoding", "checkSlave");
        string[] columns = node.Texts("column");
        DataXConnection[] connections = Connections(plugin, node, isReader: true);
        if (columns.Length == 0 && connections.Any(each => each.Queries.Count == 0)) node.Error("column", "is missing: a list of columns, or [\"*\"].");
        string? splitKey = node.Text("splitPk"), where = node.Text("where");
        if (connections.Any(each => each.Queries.Count > 0))
            foreach (string name in new[] { "where", "splitPk", "column" })
                if (node.Has(name))
                    node.Warn(name, "is left out: querySql says what is read.");
        return new DataXDatabase(plugin, node.Path)
        {
            Connections = connections,
            Columns = columns,
            Where = string.IsNullOrWhiteSpace(where) ? null : where,
            SplitKey = string.IsNullOrWhiteSpace(splitKey) ? null : Bare(splitKey),
            Session = node.Texts("session"),
        };
    }

    static DataXDatabase DatabaseWriter(string plugin, DataXNode node)
    {
        node.Ignore("a chunk is a transaction here", "batchByteSize", "dryRun", "connectTimeout");
        string[] columns = node.Texts("column");
        if (columns.Length == 0) node.Error("column", "is missing: a list of columns, or [\"*\"].");
        (DataXWriteMode mode, string[] key) = Mode(node);
        if (key.Length > 0 && plugin == "mysqlwriter") node.Error("writeMode", "names columns: MySQL finds rows by all of a table's keys; write 'update' alone.");
        long batch = node.Number("batchSize") ?? 2048;
        if (batch is < 1 or > 1_000_000) node.Error("batchSize", $"is {batch}: 1 to 1,000,000 is needed.");
        if (node.Flag("emptyAsNull", false)) node.Error("emptyAsNull", "is not known here: say it in the reader's columns, such as NULLIF(name, '').");
        return new DataXDatabase(plugin, node.Path)
        {
            Connections = Connections(plugin, node, isReader: false),
            Columns = [.. columns.Select(Bare)],
            Session = node.Texts("session"),
            Before = node.Texts("preSql"),
            Behind = node.Texts("postSql"),
            Mode = mode,
            ModeKey = key,
            BatchRows = (int)Math.Clamp(batch, 1, 1_000_000),
        };
    }

    static (DataXWriteMode Mode, string[] Key) Mode(DataXNode node)
    {
        string text = node.Text("writeMode")?.Trim() ?? "insert";
        Match match = ModeText().Match(text);
        if (!match.Success)
        {
            node.Error("writeMode", $"is '{text}': insert, replace, update or update(column, ...) is needed.");
            return (DataXWriteMode.Insert, []);
        }

        string[] key = [.. match.Groups[2].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Bare)];
        return (Enum.Parse<DataXWriteMode>(match.Groups[1].Value, ignoreCase: true), key);
    }

    static DataXConnection[] Connections(string plugin, DataXNode node, bool isReader)
    {
        string? user = node.Text("username"), password = node.Text("password");
        DataXNode[] nodes = node.Children("connection");
        if (nodes.Length == 0) node.Error("connection", "is missing: a list of objects with jdbcUrl and table.");
        if (!isReader && nodes.Length > 1) node.Error("connection", $"has {nodes.Length} entries: one can be written to; make a file for each.");
        var connections = new List<DataXConnection>();
        foreach (DataXNode each in nodes)
        {
            string[] urls = each.Texts("jdbcUrl");
            string[] tables = [.. each.Texts("table").SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).SelectMany(table => Numbered(table, each))];
            string[] queries = isReader ? [.. each.Texts("querySql").Select(query => query.Trim().TrimEnd(';'))] : [];
            each.Ignore("it does not concern what is copied", "slaveDelayLimit");
            if (urls.Length == 0) each.Error("jdbcUrl", "is missing.");
            else if (urls.Length > 1) each.Warn("jdbcUrl", "has several addresses: the first is used.");
            if (tables.Length == 0 && queries.Length == 0) each.Error("table", isReader ? "is missing, and querySql too." : "is missing.");
            if (tables.Length > 0 && queries.Length > 0) each.Error("querySql", "stands beside 'table': one of the two is needed.");
            if (urls.Length > 0 && JdbcAddress.Read(urls[0], user, password, plugin, each) is { } address) connections.Add(new DataXConnection(address, tables, queries, each.Path));
            each.Finish();
        }

        return [.. connections];
    }

    /// <summary><c>orders_[0-3]</c> stands for four tables.</summary>
    static IEnumerable<string> Numbered(string table, DataXNode node)
    {
        Match match = NumberedTable().Match(table);
        if (!match.Success) return [table];
        int first = int.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture), last = int.Parse(match.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture);
        if (last >= first && last - first < NumberedTablesMax)
            return Enumerable.Range(first, last - first + 1).Select(number => match.Groups[1].Value + number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(match.Groups[2].Value.StartsWith('0') ? match.Groups[2].Length : 0, '0') + match.Groups[4].Value);
        node.Error("table", $"has '{table}': from the lesser to the greater number is needed, {NumberedTablesMax:N0} tables at most.");
        return [];
    }

    static DataXTextReader TextReader(string plugin, DataXNode node)
    {
        string[] paths = node.Texts("path");
        if (paths.Length == 0) node.Error("path", "is missing.");
        DataXNode? csv = node.Child("csvReaderConfig");
        var side = new DataXTextReader(plugin, node.Path)
        {
            Paths = paths,
            Encoding = EncodingOf(node),
            Columns = node.IsStar("column") ? [] : Columns(node, isStream: false),
            Delimiter = DelimiterOf(node, ','),
            IsGzip = IsGzip(node),
            SkipsHeader = node.Flag("skipHeader", false),
            NullText = node.Text("nullFormat") ?? "\\N",
            HasQuotes = csv?.Flag("useTextQualifier", true) ?? true,
            SkipsEmptyLines = csv?.Flag("skipEmptyRecords", true) ?? true,
        };
        csv?.Ignore("lines may be of any length here", "safetySwitch");
        csv?.Finish();
        node.Ignore("it makes no difference here", "fileFormat", "bufferSize");
        return side;
    }

    static DataXTextWriter TextWriter(string plugin, DataXNode node)
    {
        string mode = node.Text("writeMode") ?? "append", format = node.Text("fileFormat") ?? "text";
        if (mode is not ("truncate" or "append" or "nonConflict")) node.Error("writeMode", $"is '{mode}': truncate, append or nonConflict is needed.");
        if (format is not ("text" or "csv")) node.Error("fileFormat", $"is '{format}': text or csv is needed.");
        return new DataXTextWriter(plugin, node.Path)
        {
            Folder = node.Required("path"),
            FileName = node.Required("fileName"),
            Encoding = EncodingOf(node),
            Mode = mode,
            Delimiter = DelimiterOf(node, ','),
            IsGzip = IsGzip(node),
            NullText = node.Text("nullFormat") ?? "\\N",
            DateFormat = node.Text("dateFormat") ?? node.Text("format"),
            IsCsv = format == "csv",
            Header = node.Texts("header"),
            Suffix = node.Text("suffix") ?? "",
        };
    }

    static DataXStreamReader StreamReader(string plugin, DataXNode node)
    {
        long rows = node.Number("sliceRecordCount") ?? 0;
        if (rows < 1) node.Error("sliceRecordCount", "is missing: 1 or more is needed.");
        return new DataXStreamReader(plugin, node.Path) { Columns = Columns(node, isStream: true), Rows = rows };
    }

    static DataXStreamWriter StreamWriter(string plugin, DataXNode node)
    {
        node.Ignore("rows go to standard output in UTF-8", "encoding", "recordNumBeforeSleep", "sleepTime");
        if (node.Has("path") || node.Has("fileName")) node.Error("path", "is not known here: write files by txtfilewriter.");
        return new DataXStreamWriter(plugin, node.Path) { Prints = node.Flag("print", true), Delimiter = node.Text("fieldDelimiter") ?? "\t" };
    }

    static DataXColumn[] Columns(DataXNode node, bool isStream)
    {
        var columns = new List<DataXColumn>();
        foreach (DataXNode each in node.Children("column"))
        {
            string type = (each.Text("type") ?? "string").ToLowerInvariant();
            if (type is not ("string" or "long" or "double" or "boolean" or "bool" or "date" or "bytes")) each.Error("type", $"is '{type}': string, long, double, boolean, date or bytes is needed.");
            long? index = isStream ? null : each.Number("index");
            string? value = each.Text("value"), format = each.Text(isStream ? "dateFormat" : "format"), random = isStream ? each.Text("random") : null;
            if (index is < 0 or > 100_000) each.Error("index", $"is {index}: 0 or more is needed.");
            if ((index is null ? 0 : 1) + (value is null ? 0 : 1) + (random is null ? 0 : 1) != 1) each.Error("", isStream ? "needs one of 'value' and 'random'." : "needs one of 'index' and 'value'.");
            string[] bounds = random?.Split(',', 2, StringSplitOptions.TrimEntries) ?? [];
            if (bounds.Length == 1) each.Error("random", $"is '{random}': two bounds with a comma are needed.");
            columns.Add(new DataXColumn((int?)index, type == "bool" ? "boolean" : type, value, format, bounds.Length == 2 ? (bounds[0], bounds[1]) : null));
            each.Finish();
        }

        if (columns.Count == 0) node.Error("column", "is missing.");
        return [.. columns];
    }

    static Encoding EncodingOf(DataXNode node)
    {
        string name = node.Text("encoding") ?? "utf-8";
        try
        {
            if (name.Equals("utf8", StringComparison.OrdinalIgnoreCase)) name = "utf-8";
            if (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback) ?? Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException)
        {
            node.Error("encoding", $"is '{name}', which is no character set that is known here.");
            return Encoding.UTF8;
        }
    }

    static char DelimiterOf(DataXNode node, char otherwise)
    {
        string text = node.Text("fieldDelimiter") ?? otherwise.ToString();
        if (text == "\\t") text = "\t";
        if (text.Length == 1) return text[0];
        node.Error("fieldDelimiter", $"is '{text}': one character is needed.");
        return otherwise;
    }

    static bool IsGzip(DataXNode node)
    {
        string text = node.Text("compress") ?? "";
        if (text.Length > 0 && !text.Equals("gzip", StringComparison.OrdinalIgnoreCase)) node.Error("compress", $"is '{text}': gzip is known here, or none.");
        return text.Length > 0;
    }

    /// <summary>A name without its quotes.</summary>
    static string Bare(string name)
    {
        string trimmed = name.Trim();
        return trimmed.Length > 2 && (trimmed[0], trimmed[^1]) is ('`', '`') or ('"', '"') or ('[', ']') ? trimmed[1..^1] : trimmed;
    }

    [GeneratedRegex(@"^(insert|replace|update)\s*(?:\(([^()]*)\))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ModeText();

    [GeneratedRegex(@"^(.*)\[(\d+)-(\d+)\](.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedTable();
}
