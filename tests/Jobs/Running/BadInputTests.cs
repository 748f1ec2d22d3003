using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Tests.Servers;

namespace Orrery.Jobs.Tests.Running;

[Collection(LiveCollection.Name)]
public sealed class BadInputTests(LiveServers servers)
{
    [Theory]
    [InlineData("postgresql", "mysql")]
    [InlineData("mysql", "sqlite")]
    [InlineData("sqlite", "postgresql")]
    public void A_table_without_a_key_is_copied_whole_with_its_repeated_rows(string one, string other)
    {
        DatabaseAddress from = servers.New(one), to = servers.New(other);
        from.Run("CREATE TABLE loose (a int, b varchar(20))", "INSERT INTO loose VALUES (1, 'x'), (1, 'x'), (2, NULL), (NULL, NULL), (NULL, NULL)");
        MigrationReport report = from.MigrateTo(to);
        report.Rows.ShouldBe(5);
        report.Plan.HandWork.ShouldContain(work => work.Kind == "key");
        from.ShouldEqual(to);
    }

    [Fact]
    public void Names_with_quotes_blanks_reserved_words_Chinese_and_emoji_go_from_each_engine_to_the_next()
    {
        DatabaseAddress first = servers.New("sqlite"), second = servers.New("postgresql"), third = servers.New("mysql");
        first.Run(
            "CREATE TABLE \"select\" (\"group\" INTEGER PRIMARY KEY, \"say \"\"it\"\"\" TEXT, \"it's\" INT)",
            "CREATE TABLE \"销售 订单\" (\"编号\" INTEGER PRIMARY KEY, \"金额`\" DECIMAL(10,2), \"[x]\" TEXT)",
            "CREATE TABLE \"smile 😀\" (\"😀\" INTEGER PRIMARY KEY, \"plain\" TEXT)",
            $"CREATE TABLE \"{new string('n', 90)}\" (id INTEGER PRIMARY KEY)",
            "INSERT INTO \"select\" VALUES (1, 'quote '' and \\ back', 7)", "INSERT INTO \"销售 订单\" VALUES (1, 12.5, '😀 emoji')", "INSERT INTO \"smile 😀\" VALUES (1, '喜')");
        MigrationReport report = first.MigrateTo(second);
        report.Undone.ShouldBeEmpty();
        report.Plan.HandWork.Where(work => work.Kind == "name").ShouldHaveSingleItem().Name.ShouldBe(new string('n', 90));
        first.ShouldEqual(second, tables: ["select", "销售 订单", "smile 😀"]);
        MigrationReport last = second.MigrateTo(third);
        last.Plan.HandWork.Where(work => work.Kind == "name").Select(work => work.What.Split('\'')[1]).ShouldBe(["smile _u1f600", "_u1f600"]);
        third.Ask("SELECT `plain` FROM `smile _u1f600` WHERE `_u1f600` = 1").ShouldBe("喜");
        second.ShouldEqual(third, tables: ["select", "销售 订单"]);
    }

    [Theory]
    [InlineData("postgresql", "mysql")]
    [InlineData("mysql", "postgresql")]
    [InlineData("mysql", "sqlite")]
    public void Tables_whose_foreign_keys_go_round_arrive_with_them(string one, string other)
    {
        DatabaseAddress from = servers.New(one), to = servers.New(other);
        from.Run(
            "CREATE TABLE department (id int PRIMARY KEY, head int NULL)", "CREATE TABLE person (id int PRIMARY KEY, department int NOT NULL, boss int NULL, CONSTRAINT fk_person_department FOREIGN KEY (department) REFERENCES department (id) ON DELETE CASCADE, CONSTRAINT fk_person_boss FOREIGN KEY (boss) REFERENCES person (id))",
            "INSERT INTO department VALUES (1, NULL), (2, NULL)", "INSERT INTO person VALUES (1, 1, NULL), (2, 2, 1)", "UPDATE department SET head = 1",
            "ALTER TABLE department ADD CONSTRAINT fk_department_head FOREIGN KEY (head) REFERENCES person (id)");
        from.MigrateTo(to).Undone.ShouldBeEmpty();
        from.ShouldEqual(to);
        using var database = to.Open();
        Schemas.SchemaReader.Read(database).Tables.SelectMany(table => table.ForeignKeys).Select(key => $"{string.Join(',', key.Columns)}>{key.Parent.Name} {key.OnDelete}").Order().Select(text => text.Replace("RESTRICT", "NO ACTION", StringComparison.Ordinal)).ShouldBe(["boss>person NO ACTION", "department>department CASCADE", "head>person NO ACTION"]);
    }

    [Fact]
    public void A_target_that_has_the_table_is_refused_before_anything_is_done_and_rows_alone_go_into_an_empty_one()
    {
        DatabaseAddress from = servers.New("sqlite"), to = servers.New("postgresql");
        from.Run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        to.Run("CREATE TABLE t (id bigint PRIMARY KEY, name text, more int DEFAULT 5)", "INSERT INTO t VALUES (9, 'there')");
        Should.Throw<MigrationBlockedException>(() => from.MigrateTo(to)).Message.ShouldContain("The target has a table t already");
        Should.Throw<MigrationBlockedException>(() => from.MigrateTo(to, options => options with { IsDataOnly = true })).Message.ShouldContain("holds rows already");
        to.Count("SELECT count(*) FROM t").ShouldBe(1);
        from.MigrateTo(to, options => options with { IsDataOnly = true, MayHoldRows = true }).Rows.ShouldBe(2);
        to.Count("SELECT sum(more) FROM t").ShouldBe(15);
        to.Run("DROP TABLE t");
    }

    [Fact]
    public void Rows_that_the_target_refuses_are_put_aside_up_to_a_quota_and_named()
    {
        using var folder = new TestDirectory();
        DatabaseAddress from = servers.New("postgresql"), to = servers.New("mysql");
        from.Run("CREATE TABLE t (id int PRIMARY KEY, name text, code text)", "INSERT INTO t SELECT g, 'name ' || g, 'c' || g FROM generate_series(1, 5000) g", "UPDATE t SET name = 'far too long for it' WHERE id IN (77, 4321)", "UPDATE t SET code = 'c8' WHERE id = 9");
        to.Run("CREATE TABLE t (id int PRIMARY KEY, name varchar(10), code varchar(10), UNIQUE KEY (code))");
        Should.Throw<RejectQuotaException>(() => from.MigrateTo(to, options => options with { IsDataOnly = true, Job = "strict" })).Message.ShouldContain("id=77");
        to.Count("SELECT COUNT(*) FROM t").ShouldBe(0);
        string file = folder.Path + "/rejects.jsonl";
        Should.Throw<RejectQuotaException>(() => from.MigrateTo(to, options => options with { IsDataOnly = true, Job = "two", RejectsMax = 2, RejectFile = file })).Message.ShouldContain("more than 2 rows");
        to.Count("SELECT COUNT(*) FROM t").ShouldBe(0);
        File.Exists(file).ShouldBeFalse();
        MigrationReport report = from.MigrateTo(to, options => options with { IsDataOnly = true, Job = "two", RejectsMax = 3, RejectFile = file });
        (report.Rejects, report.Rows).ShouldBe((3, 4997));
        string[] lines = File.ReadAllLines(file);
        lines.Length.ShouldBe(3);
        lines[0].ShouldContain("\"id\":\"9\"");
        lines[1].ShouldContain("far too long");
        to.Count("SELECT COUNT(*) FROM t").ShouldBe(4997);
    }

    [Fact]
    public void Values_of_many_megabytes_arrive_whole()
    {
        DatabaseAddress from = servers.New("postgresql"), to = servers.New("sqlite"), last = servers.New("postgresql");
        from.Run("CREATE TABLE big (id int PRIMARY KEY, body text, bytes bytea)", "INSERT INTO big SELECT g, repeat('大', 4000000), decode(repeat('00ff10', 4000000), 'hex') FROM generate_series(1, 3) g");
        from.MigrateTo(to).Undone.ShouldBeEmpty();
        from.ShouldEqual(to);
        to.MigrateTo(last).Undone.ShouldBeEmpty();
        from.ShouldEqual(last);
    }

    [Fact]
    public void A_value_of_64_megabytes_arrives_whole()
    {
        DatabaseAddress from = servers.New("sqlite"), to = servers.New("postgresql");
        from.Run("CREATE TABLE big (id INTEGER PRIMARY KEY, bytes BLOB)", "INSERT INTO big VALUES (1, randomblob(67108864)), (2, x'00'), (3, NULL)");
        from.MigrateTo(to).Undone.ShouldBeEmpty();
        from.ShouldEqual(to);
        to.Count("SELECT length(bytes) FROM big WHERE id = 1").ShouldBe(67_108_864);
    }

    [Fact]
    public void Rows_that_change_while_they_are_copied_arrive_as_they_were_before_or_after_and_the_certificate_names_them()
    {
        const int Rows = 3000;
        DatabaseAddress from = servers.New("postgresql"), to = servers.New("mysql");
        from.Run("CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL)", $"INSERT INTO t SELECT g, 0 FROM generate_series(1, {Rows}) g");
        bool isChanged = false;
        var progress = new Changing(value =>
        {
            if (isChanged || value.Phase != JobPhase.Copying || value.Rows < 500) return;
            isChanged = true;
            from.Run("UPDATE t SET v = 1");
        });
        new Migration(from, to, new MigrationOptions { Job = "moving", ChunkRows = 100, Channels = 1, Throttle = new ThrottleOptions { RowsPerSecond = 3000 } }, new JobControl(), TimeProvider.System, progress).Run().Rows.ShouldBe(Rows);
        isChanged.ShouldBeTrue();
        long before = to.Count("SELECT COUNT(*) FROM t WHERE v = 0");
        (before + to.Count("SELECT COUNT(*) FROM t WHERE v = 1")).ShouldBe(Rows);
        before.ShouldBeGreaterThan(0);
        from.CompareWith(to).Tables.ShouldHaveSingleItem().Differing.ShouldBe(before);
    }

    sealed class Changing(Action<JobProgress> watch) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => watch(value);
    }

    [Fact]
    public void Rights_that_end_half_way_stop_the_job_with_the_servers_words_and_it_goes_on_when_they_are_back()
    {
        DatabaseAddress from = servers.New("sqlite"), admin = servers.New("postgresql");
        from.Run("CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT)", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO a SELECT i, 'v' || i FROM n");
        admin.Run("CREATE ROLE halfway LOGIN", "CREATE SCHEMA h AUTHORIZATION halfway");
        DatabaseAddress to = DatabaseAddress.Parse("postgresql:" + admin.ConnectionString.Replace("postgres;", "halfway;", StringComparison.OrdinalIgnoreCase).Replace("Username=postgres", "Username=halfway", StringComparison.OrdinalIgnoreCase) + ";Search Path=h");
        to.Run("CREATE TABLE a (id bigint PRIMARY KEY, v text)");
        from.MigrateTo(to, options => options with { IsDataOnly = true, Job = "before", Tables = ["a"], ChunkRows = 1000 }).Rows.ShouldBe(3000);
        to.Run("DELETE FROM a");
        admin.Run("ALTER TABLE h.a OWNER TO postgres", "GRANT SELECT ON h.a TO halfway");
        Should.Throw<Npgsql.PostgresException>(() => from.MigrateTo(to, options => options with { IsDataOnly = true, Job = "half", ChunkRows = 1000 })).Message.ShouldContain("permission denied");
        admin.Run("GRANT INSERT ON h.a TO halfway");
        from.MigrateTo(to, options => options with { IsDataOnly = true, Job = "half", ChunkRows = 1000 }).Rows.ShouldBe(3000);
        admin.Count("SELECT count(*) FROM h.a").ShouldBe(3000);
    }

    [Fact]
    public void What_cannot_be_carried_is_named_and_what_can_be_said_is_said()
    {
        DatabaseAddress from = servers.New("postgresql"), to = servers.New("mysql");
        from.Run(
            """
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TABLE t (
              id serial PRIMARY KEY, kind text NOT NULL DEFAULT 'x' CHECK (kind IN ('x', 'y')), qty int NOT NULL DEFAULT 3 CHECK (qty > 0 AND qty < 1000), price numeric(10,2) DEFAULT 1.5,
              total numeric(20,2) GENERATED ALWAYS AS (qty * price) STORED, half numeric(20,2) GENERATED ALWAYS AS (price / 2) STORED, feeling mood DEFAULT 'sad', made timestamp(3) DEFAULT now(), day date DEFAULT CURRENT_DATE,
              is_open boolean NOT NULL DEFAULT true, random_one double precision DEFAULT random(), name varchar(40) UNIQUE);
            COMMENT ON TABLE t IS 'a table''s comment'; COMMENT ON COLUMN t.qty IS '数量';
            CREATE INDEX t_lower ON t (lower(name)); CREATE INDEX t_qty ON t (qty, price);
            CREATE VIEW v AS SELECT id, qty / 2 AS half FROM t;
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
            INSERT INTO t (kind, qty, name) SELECT 'y', g, 'n' || g FROM generate_series(1, 50) g;
            SELECT setval('t_id_seq', 500);
            """);
        MigrationReport report = from.MigrateTo(to);
        report.Undone.ShouldBeEmpty();
        from.ShouldEqual(to);
        report.Plan.HandWork.Select(work => $"{work.Kind} {work.Name}").Order(StringComparer.Ordinal).ShouldBe(
            ["computed column public.t.half", "default public.t.random_one", "enum public.mood", "function public.f", "index public.t.t_lower", "trigger public.t.g", "view public.v"]);
        to.Run("INSERT INTO t (name) VALUES ('new')");
        to.Ask("SELECT CONCAT_WS('|', id, kind, qty, price, total, feeling, is_open, made IS NOT NULL, day = CURRENT_DATE) FROM t WHERE name = 'new'").ShouldBe("501|x|3|1.50|4.50|sad|1|1|1");
        Should.Throw<MySql.Data.MySqlClient.MySqlException>(() => to.Run("INSERT INTO t (name, kind) VALUES ('z', 'z')"));
        Should.Throw<MySql.Data.MySqlClient.MySqlException>(() => to.Run("INSERT INTO t (name, qty) VALUES ('z', 0)"));
        Should.Throw<MySql.Data.MySqlClient.MySqlException>(() => to.Run("INSERT INTO t (name) VALUES ('n1')"));
        to.Ask("SELECT COLUMN_COMMENT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'qty'").ShouldBe("数量");
        to.Count("SELECT COUNT(DISTINCT INDEX_NAME) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't'").ShouldBe(3);
    }
}
