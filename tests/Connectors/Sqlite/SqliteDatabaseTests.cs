using Orrery.Connectors.Sqlite;

namespace Orrery.Connectors.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    readonly SqliteFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public async Task A_new_file_waits_for_the_disk_at_each_commit_and_only_its_user_can_read_it()
    {
        using var database = file.Open();
        var modes = await database.WriteAsync(0, 0, static (session, _) => $"{session.QueryText("PRAGMA journal_mode")} {session.QueryLong("PRAGMA synchronous")}", TestContext.Current.CancellationToken);
        modes.ShouldBe("wal 2");
        if (OperatingSystem.IsWindows()) return;
        foreach (var path in Directory.GetFiles(file.Directory, "test.db*").Where(path => !path.EndsWith(".owner", StringComparison.Ordinal)))
        {
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, path);
        }
    }

    [Fact]
    public void The_engine_is_new_enough() => SqliteLibrary.Description.ShouldMatch(@"^3\.\d+\.\d+ \(.+\)$");

    [Fact]
    public void A_second_opening_is_refused_and_told_who_has_the_file()
    {
        using (file.Open())
        {
            var error = Should.Throw<SqliteStoreException>(() => file.Open());
            error.Fault.ShouldBe(SqliteFault.InUse);
            error.Message.ShouldContain($"in use by process {Environment.ProcessId} on ");
            error.Message.ShouldContain(file.FilePath);
        }

        file.Open().Dispose();
    }

    [Fact]
    public void Another_programs_database_is_refused_and_not_changed()
    {
        file.RunOutside("CREATE TABLE theirs (id INTEGER)");
        var before = File.ReadAllBytes(file.FilePath);
        var error = Should.Throw<SqliteStoreException>(() => file.Open());
        error.Fault.ShouldBe(SqliteFault.NotADatabase);
        error.Message.ShouldContain("another program's");
        File.ReadAllBytes(file.FilePath).ShouldBe(before);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_not_changed()
    {
        file.Open().Dispose();
        file.RunOutside("PRAGMA user_version = 9");
        var before = File.ReadAllBytes(file.FilePath);
        var error = Should.Throw<SqliteStoreException>(() => file.Open());
        error.Fault.ShouldBe(SqliteFault.NewerSchema);
        error.Message.ShouldContain("schema 9, this program knows 1");
        File.ReadAllBytes(file.FilePath).ShouldBe(before);
    }

    [Fact]
    public async Task An_old_file_is_brought_up_to_date_and_keeps_its_rows()
    {
        using (var database = file.Open()) await database.AddAsync(1, "old");
        using (var database = file.Open(Extended("ALTER TABLE item ADD COLUMN note TEXT", "UPDATE item SET note = 'from ' || text")))
        {
            var note = await database.ReadAsync(0, static (session, _) => session.QueryText("SELECT note FROM item"), TestContext.Current.CancellationToken);
            note.ShouldBe("from old");
        }

        Should.Throw<SqliteStoreException>(() => file.Open()).Fault.ShouldBe(SqliteFault.NewerSchema);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_file_as_it_was()
    {
        using (var database = file.Open()) await database.AddAsync(1, "old");
        Should.Throw<SqliteStoreException>(() => file.Open(Extended("ALTER TABLE item ADD COLUMN note TEXT", "UPDATE item SET nothing = 1")));
        using var again = file.Open();
        (await again.ReadIdsAsync()).ShouldBe([1]);
        (await again.ReadAsync(0, static (session, _) => session.QueryLong("SELECT count(*) FROM pragma_table_info('item')"), TestContext.Current.CancellationToken)).ShouldBe(2);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(50_000)]
    public void A_file_of_garbage_is_refused_and_not_changed(int bytes)
    {
        var garbage = new byte[bytes];
        new Random(bytes).NextBytes(garbage);
        File.WriteAllBytes(file.FilePath, garbage);
        var error = Should.Throw<SqliteStoreException>(() => file.Open());
        error.Fault.ShouldBe(SqliteFault.NotADatabase);
        error.Message.ShouldContain(file.FilePath);
        File.ReadAllBytes(file.FilePath).ShouldBe(garbage);
    }

    [Fact]
    public async Task A_file_that_was_cut_short_is_refused_at_start()
    {
        using (var database = file.Open())
        {
            for (var id = 1; id <= 100; id++) await database.AddAsync(id, new string('x', 5000));
        }

        using (var stream = File.OpenWrite(file.FilePath)) stream.SetLength(stream.Length - 100_000);
        var error = Should.Throw<SqliteStoreException>(() => file.Open());
        error.Fault.ShouldBe(SqliteFault.Corrupt);
        error.Message.ShouldContain("its content is damaged");
    }

    [Fact]
    public async Task A_damaged_page_fails_the_read_that_meets_it_and_no_other()
    {
        using (var database = file.Open())
        {
            for (var id = 1; id <= 100; id++) await database.AddAsync(id, new string('x', 3000));
        }

        using (var stream = File.OpenWrite(file.FilePath))
        {
            stream.Position = 4096 * 50;
            stream.Write(new byte[4096]);
        }

        using var damaged = file.Open();
        var error = await Should.ThrowAsync<SqliteStoreException>(damaged.ReadIdsAsync().AsTask());
        error.Fault.ShouldBe(SqliteFault.Corrupt);
        error.Message.ShouldContain("restore the last backup");
        (await damaged.ReadAsync(0, static (session, _) => session.QueryLong("SELECT id FROM item WHERE id = 1"), TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task A_damaged_page_fails_the_write_that_meets_it_and_writing_goes_on()
    {
        using (var database = file.Open())
        {
            for (var id = 1; id <= 100; id++) await database.AddAsync(id, new string('x', 3000));
        }

        using (var stream = File.OpenWrite(file.FilePath))
        {
            stream.Position = 4096 * 50;
            stream.Write(new byte[4096]);
        }

        using var damaged = file.Open();
        var update = damaged.WriteAsync(0, 0, static (session, _) => session.Prepare("UPDATE item SET text = 'y'").Run(), TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<SqliteStoreException>(update.AsTask())).Fault.ShouldBe(SqliteFault.Corrupt);
        await damaged.AddAsync(1000, "later");
        (await damaged.ReadAsync(0, static (session, _) => session.QueryText("SELECT text FROM item WHERE id = 1"), TestContext.Current.CancellationToken)).ShouldStartWith("x");
        (await damaged.ReadAsync(0, static (session, _) => session.QueryText("SELECT text FROM item WHERE id = 1000"), TestContext.Current.CancellationToken)).ShouldBe("later");
    }

    [Fact]
    public async Task A_copy_taken_by_another_program_while_writing_goes_on_is_whole()
    {
        using var database = file.Open();
        var copyPath = file.FilePath + ".copy";
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            long id = 0;
            while (!stop.IsCancellationRequested) await database.WriteAsync(id += 2, 0, static (session, id) => Items.Add(session, id, "even") + Items.Add(session, id + 1, "odd"), CancellationToken.None);
            return id;
        });
        while ((await database.ReadIdsAsync()).Count < 100) await Task.Yield();

        using (var outside = file.OpenOutside())
        using (var copy = SqliteConnections.Open($"Data Source={copyPath}"))
        {
            outside.BackupDatabase(copy);
        }

        await stop.CancelAsync();
        await writing;
        file.Options = file.Options with { FilePath = copyPath };
        using var copied = file.Open();
        var ids = await copied.ReadIdsAsync();
        ids.Count.ShouldBeGreaterThanOrEqualTo(100);
        ids.ShouldBe(Enumerable.Range(2, ids.Count).Select(id => (long)id));
    }

    [Fact]
    public void Options_out_of_range_are_listed_together()
    {
        file.Options = file.Options with { PageBytes = 1000, ReadersLimit = 0 };
        var error = Should.Throw<ArgumentException>(() => file.Open());
        error.Message.ShouldContain("PageBytes is 1000");
        error.Message.ShouldContain("ReadersLimit is 0");
    }

    static SqliteSchema Extended(params string[] step) => SqliteFile.Schema with { Steps = [.. SqliteFile.Schema.Steps, step] };
}
