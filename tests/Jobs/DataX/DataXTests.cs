using System.IO.Compression;
using System.Text;
using Orrery.Jobs.DataX;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Tests.DataX;

[Collection(LiveCollection.Name)]
public sealed class DataXTests(LiveServers servers) : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("orrery-datax-").FullName;

    [Fact]
    public void MariaDb_goes_to_PostgreSql_by_its_split_key_with_where_constants_and_statements_before_and_behind()
    {
        DatabaseAddress from = servers.New("mysql"), to = servers.New("postgresql");
        from.Run("CREATE TABLE orders (id INT, title VARCHAR(40), amount DECIMAL(12,2), made DATETIME, day DATE)",
            "INSERT INTO orders SELECT seq, CONCAT('标题 ', seq), seq / 4, '2024-05-06 07:08:09', IF(seq % 2, '2024-05-06', NULL) FROM seq_1_to_2500", "INSERT INTO orders VALUES (NULL, 'no key', 1, NULL, NULL), (2501, 'left out', 1, NULL, NULL)");
        to.Run("CREATE TABLE target (id varchar(20), title text, amount numeric(14,2), made timestamp, day text, origin text, one int)", "INSERT INTO target (title) VALUES ('old')", "CREATE TABLE said (what text)");
        string job = Job(
            $$"""{"name": "mysqlreader", "parameter": {"username": "root", "password": "", "column": ["id", "`title`", "amount", "made", "day", "'datax'", "1"], "splitPk": "id", "where": "title <> 'left out'", "fetchSize": 1024, "connection": [{"table": ["orders"], "jdbcUrl": ["{{Jdbc(from)}}?useUnicode=true&characterEncoding=utf8"]}]} }""",
            $$"""{"name": "postgresqlwriter", "parameter": {"username": "postgres", "column": ["id", "title", "amount", "made", "day", "origin", "one"], "preSql": ["DELETE FROM @table"], "postSql": ["INSERT INTO said SELECT count(*)::text FROM @table"], "connection": [{"table": ["target"], "jdbcUrl": "{{Jdbc(to)}}"}]} }""", channels: 3);
        DataXReport report = Run(job, chunkRows: 300);
        (report.Rows, report.Dirty).ShouldBe((2501, 0));
        report.Problems.Single().ToString().ShouldStartWith("$.job.content[0].reader.parameter.fetchSize: is left out");
        to.Ask("SELECT count(*) || ' ' || sum(amount) || ' ' || count(day) || ' ' || min(made) || ' ' || min(origin) || ' ' || sum(one) FROM target").ShouldBe("2501 781563.50 1250 2024-05-06 07:08:09 datax 2501");
        to.Ask("SELECT title FROM target WHERE id IS NULL").ShouldBe("no key");
        to.Ask("SELECT day FROM target WHERE id = '7'").ShouldBe("2024-05-06");
        // The file is run again, as each night: what was written is written anew.
        Run(job, chunkRows: 300).RowsOfRun.ShouldBe(2501);
        to.Ask("SELECT string_agg(what, ',') FROM said").ShouldBe("2501,2501");
    }

    [Fact]
    public void A_run_that_is_broken_off_goes_on_at_its_ranges_and_runs_what_comes_first_once()
    {
        DatabaseAddress from = servers.New("mysql"), to = servers.New("postgresql");
        from.Run("CREATE TABLE many (id INT PRIMARY KEY, text VARCHAR(40))", "INSERT INTO many SELECT seq, CONCAT('text ', seq) FROM seq_1_to_20000");
        to.Run("CREATE TABLE many (id int PRIMARY KEY, text text)", "CREATE TABLE said (what text)");
        string job = Job(
            $$"""{"name": "mysqlreader", "parameter": {"username": "root", "column": ["*"], "splitPk": "id", "connection": [{"table": ["many"], "jdbcUrl": ["{{Jdbc(from)}}"]}]} }""",
            $$"""{"name": "postgresqlwriter", "parameter": {"username": "postgres", "column": ["*"], "preSql": ["INSERT INTO said VALUES ('first')"], "connection": [{"table": ["many"], "jdbcUrl": "{{Jdbc(to)}}"}]} }""", channels: 2, speed: """, "record": 20000""");
        using var end = new CancellationTokenSource();
        var progress = new Watch(value =>
        {
            if (value.Rows >= 6000) end.Cancel();
        });
        Should.Throw<OperationCanceledException>(() => Run(job, chunkRows: 1000, progress: progress, cancellationToken: end.Token));
        long before = to.Count("SELECT count(*) FROM many");
        before.ShouldBeGreaterThan(0);
        DataXReport report = Run(job, chunkRows: 1000);
        (report.Rows, report.RowsOfRun).ShouldBe((20_000, 20_000 - before));
        to.Count("SELECT count(*) FROM said").ShouldBe(1);
        from.ShouldEqual(to, "many");
    }

    [Fact]
    public void Dirty_rows_go_to_the_reject_file_and_beyond_the_limit_the_job_fails()
    {
        DatabaseAddress to = servers.New("postgresql");
        to.Run("CREATE TABLE target (id int PRIMARY KEY, amount numeric(10,2), day date)");
        string path = Path.Combine(folder, "rows.csv");
        File.WriteAllText(path, "id;amount;day\n1;1.5;2024-01-02\n2;x;2024-01-02\n3;2;\\N\n1;9;2024-01-02\n4;7;02.01.2024\n5;\"8\";2024-01-03\n");
        string Text(string limit) => Job(
            $$"""{"name": "txtfilereader", "parameter": {"path": ["{{path}}"], "encoding": "UTF-8", "fieldDelimiter": ";", "skipHeader": true, "column": [{"index": 0, "type": "long"}, {"index": 1, "type": "double"}, {"index": 2, "type": "string"}]} }""",
            $$"""{"name": "postgresqlwriter", "parameter": {"username": "postgres", "column": ["id", "amount", "day"], "connection": [{"table": ["target"], "jdbcUrl": "{{Jdbc(to)}}"}]} }""", limit: limit);
        Should.Throw<RejectQuotaException>(() => Run(Text("""{"record": 2}"""), job: "two")).Message.ShouldContain("errorLimit.record");
        to.Count("SELECT count(*) FROM target").ShouldBe(0);
        DataXReport report = Run(Text("""{"record": 3}"""));
        (report.Rows, report.Dirty).ShouldBe((3, 3));
        to.Ask("SELECT string_agg(id || '=' || amount, ',' ORDER BY id) FROM target").ShouldBe("1=1.50,3=2.00,5=8.00");
        string rejects = File.ReadAllText(Path.Combine(folder, "rejects.jsonl"));
        rejects.ShouldContain("line 3: 'x' is no number");
        rejects.ShouldContain("duplicate key");
        rejects.ShouldContain("'02.01.2024' is no date");
        to.Run("DELETE FROM target");
        Should.Throw<RejectQuotaException>(() => Run(Text("""{"percentage": 0.4}"""), job: "share")).Message.ShouldContain("3 of 6 rows are dirty");
    }

    [Theory]
    [InlineData("replace", "1/new/NULL,2/two/kept,3/three/NULL")]
    [InlineData("update", "1/new/kept,2/two/kept,3/three/NULL")]
    public void MySql_rows_are_replaced_or_updated_as_its_statements_do(string mode, string expected)
    {
        DatabaseAddress to = servers.New("mysql");
        to.Run("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20), other VARCHAR(20))", "INSERT INTO t VALUES (1, 'one', 'kept'), (2, 'two', 'kept')");
        string path = Path.Combine(folder, "rows.txt");
        File.WriteAllText(path, "1,new\n3,three\n");
        Run(Job($$"""{"name": "txtfilereader", "parameter": {"path": "{{path}}", "column": ["*"]} }""",
            $$"""{"name": "mysqlwriter", "parameter": {"username": "root", "writeMode": "{{mode}}", "session": ["set session sql_mode='ANSI'"], "column": ["id", "name"], "connection": [{"table": ["t"], "jdbcUrl": "{{Jdbc(to)}}"}]} }""")).Rows.ShouldBe(2);
        to.Ask("SELECT GROUP_CONCAT(CONCAT(id, '/', name, '/', COALESCE(other, 'NULL')) ORDER BY id) FROM t").ShouldBe(expected);
    }

    [Fact]
    public void PostgreSql_rows_are_updated_by_the_named_columns_from_a_query_of_sqlite()
    {
        DatabaseAddress from = servers.New("sqlite"), to = servers.New("postgresql");
        from.Run("CREATE TABLE s (id INTEGER PRIMARY KEY, name TEXT)", "INSERT INTO s VALUES (1, 'one'), (2, 'two')");
        to.Run("CREATE TABLE t (code int UNIQUE, name text, other text)", "INSERT INTO t VALUES (1, 'old', 'kept')");
        Run(Job($$"""{"name": "rdbmsreader", "parameter": {"connection": [{"querySql": ["SELECT id, upper(name) FROM s WHERE id > 0;"], "jdbcUrl": ["jdbc:sqlite:{{from.ToString()["sqlite:".Length..]}}"]}]} }""",
            $$"""{"name": "postgresqlwriter", "parameter": {"username": "postgres", "writeMode": "update (code)", "column": ["code", "name"], "connection": [{"table": ["public.t"], "jdbcUrl": "{{Jdbc(to)}}"}]} }""")).Rows.ShouldBe(2);
        to.Ask("SELECT string_agg(code || name || coalesce(other, '-'), ',' ORDER BY code) FROM t").ShouldBe("1ONEkept,2TWO-");
    }

    [Fact]
    public void Files_are_written_zipped_and_read_again_with_nulls_quotes_and_another_encoding()
    {
        DatabaseAddress from = servers.New("sqlite"), to = servers.New("sqlite");
        from.Run("CREATE TABLE a (id INTEGER PRIMARY KEY, text VARCHAR(40))", "INSERT INTO a VALUES (1, 'x,\"y\"'), (2, NULL), (3, '中文'), (4, '😀')");
        to.Run("CREATE TABLE a (id INTEGER PRIMARY KEY, text VARCHAR(40))");
        DataXReport report = Run(Job($$"""{"name": "sqlitereader", "parameter": {"column": ["id", "text"], "splitPk": "id", "connection": [{"table": ["a"], "jdbcUrl": ["{{Jdbc(from)}}"]}]} }""",
            $$"""{"name": "txtfilewriter", "parameter": {"path": "{{folder}}/out", "fileName": "a", "writeMode": "truncate", "encoding": "gbk", "fileFormat": "csv", "compress": "gzip", "nullFormat": "NULL", "header": ["id", "text"], "fieldDelimiter": ","} }"""), chunkRows: 2);
        (report.Rows, report.Dirty).ShouldBe((3, 1)); // GBK has no emoji.
        Directory.GetFiles($"{folder}/out").Select(file => Path.GetFileName(file)[0]).ShouldAllBe(first => first == 'a');
        Run(Job($$"""{"name": "txtfilereader", "parameter": {"path": ["{{folder}}/out/a*"], "encoding": "gbk", "compress": "gzip", "skipHeader": "true", "nullFormat": "NULL", "column": [{"index": 0, "type": "long"}, {"index": 1, "type": "string"}]} }""",
            $$"""{"name": "sqlitewriter", "parameter": {"column": ["id", "text"], "connection": [{"table": ["a"], "jdbcUrl": "{{Jdbc(to)}}"}]} }"""), job: "back").Rows.ShouldBe(3);
        to.Ask("SELECT group_concat(id || '=' || coalesce(text, '-'), ';') FROM a").ShouldBe("1=x,\"y\";2=-;3=中文");
    }

    [Fact]
    public void Streams_make_rows_and_print_them()
    {
        var output = new StringWriter();
        DataXReport report = Run(Job(
            """{"name": "streamreader", "parameter": {"sliceRecordCount": 3, "column": [{"type": "string", "value": "DataX"}, {"type": "long", "value": 19890604}, {"type": "date", "value": "1989-06-04 00:00:00"}, {"type": "bool", "value": true}, {"type": "long", "random": "5,7"}]}}""",
            """{"name": "streamwriter", "parameter": {"print": true, "encoding": "UTF-8"}}""", channels: 2), output: output);
        report.Rows.ShouldBe(6);
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        lines.Length.ShouldBe(6);
        lines[0].ShouldMatch(@"^DataX\t19890604\t1989-06-04 00:00:00\ttrue\t[567]$");
    }

    [Fact]
    public void What_is_not_known_is_named_with_where_it_stands()
    {
        DataXJob job = DataXJob.Parse("""
            {"core": {}, "job": {"content": [{"transformer": [], "reader": {"name": "mysqlreader", "parameter": {"username": "u", "column": ["a"], "wher": "x", "fetchSize": 1, "connection": [{"table": ["t"], "jdbcUrl": ["jdbc:oracle:thin:@x"]}]}},
              "writer": {"name": "txtfilewriter", "parameter": {"path": "/tmp", "fileName": "f", "fieldDelimiter": "||", "compress": "lzo"}}}], "setting": {"speed": {"channel": "0"}, "errorLimit": {"percentage": 2}}, "extra": 1}}
            """, new Dictionary<string, string>());
        job.Problems.Where(problem => problem.IsError).Select(problem => problem.Path).Order(StringComparer.Ordinal).ShouldBe(
        [
            "$.job.content[0].reader.parameter.connection[0].jdbcUrl", "$.job.content[0].reader.parameter.wher", "$.job.content[0].transformer", "$.job.content[0].writer.parameter.compress",
            "$.job.content[0].writer.parameter.fieldDelimiter", "$.job.extra", "$.job.setting.errorLimit.percentage", "$.job.setting.speed.channel",
        ]);
        job.Problems.Where(problem => !problem.IsError).Select(problem => problem.Path).Order(StringComparer.Ordinal).ShouldBe(["$.core", "$.job.content[0].reader.parameter.fetchSize"]);
        Should.Throw<DataXException>(() => new DataXRun(job, Options("x", 10), new JobControl(), TimeProvider.System, null, TextWriter.Null).Run());
        Should.Throw<DataXException>(() => DataXJob.Parse("""{"job": {"content": [{"reader": {"name": "hdfsreader", "parameter": {}}, "writer": {"name": "streamwriter", "parameter": {}}}]}}""", new Dictionary<string, string>()))
            .Message.ShouldContain("$.job.content[0].reader.name: is 'hdfsreader', which is no reader that is known here: mysqlreader");
        DataXJob sqlServer = DataXJob.Parse("""{"job": {"content": [{"reader": {"name": "sqlserverreader", "parameter": {"username": "sa", "password": "${secret}", "column": ["a"], "connection": [{"table": ["t_[1-3]"], "jdbcUrl": ["jdbc:sqlserver://host:1433;DatabaseName=db;encrypt=false"]}]}}, "writer": {"name": "streamwriter", "parameter": {}}}]}}""", new Dictionary<string, string> { ["secret"] = "a\"b" });
        sqlServer.Problems.ShouldBeEmpty();
        DataXConnection connection = sqlServer.Reader.ShouldBeOfType<DataXDatabase>().Connections.Single();
        (connection.Address.ToString(), string.Join(',', connection.Tables)).ShouldBe(("sqlserver://sa@host:1433/db", "t_1,t_2,t_3"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    DataXOptions Options(string job, int chunkRows) => new() { Job = job, ChunkRows = chunkRows, RejectFile = Path.Combine(folder, "rejects.jsonl") };

    DataXReport Run(string text, int chunkRows = 1000, string job = "job", IProgress<JobProgress>? progress = null, TextWriter? output = null, CancellationToken cancellationToken = default)
    {
        DataXJob read = DataXJob.Parse(text, new Dictionary<string, string>());
        read.Problems.Where(problem => problem.IsError).Select(problem => problem.ToString()).ShouldBeEmpty();
        return new DataXRun(read, Options(job, chunkRows), new JobControl(), TimeProvider.System, progress, output ?? TextWriter.Null).Run(cancellationToken);
    }

    static string Job(string reader, string writer, int channels = 1, string speed = "", string limit = "{}") =>
        $$$"""{"job": {"setting": {"speed": {"channel": {{{channels}}}{{{speed}}}}, "errorLimit": {{{limit}}}}, "content": [{"reader": {{{reader}}}, "writer": {{{writer}}}}]}}""";

    static string Jdbc(DatabaseAddress address)
    {
        if (address.ToString().StartsWith("sqlite:", StringComparison.Ordinal)) return $"jdbc:{address}";
        var uri = new Uri(address.ToString());
        return $"jdbc:{uri.Scheme}://{uri.Host}:{uri.Port}{uri.AbsolutePath}";
    }

    sealed class Watch(Action<JobProgress> watch) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => watch(value);
    }
}
