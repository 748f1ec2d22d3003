using System.Data.Common;
using Orrery.Grains.Channels;
using Orrery.Grains.Checks.Batches;
using Orrery.Grains.Checks.Comparing;
using Orrery.Grains.Secrets;
using Orrery.Grains.Sql;
using Orrery.Grains.Sql.Cuts;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Checks;

/// <summary>
/// One run of a check.
/// <para>Where the database tells the position of a picture of its tables (MariaDB), and a channel of its own changes feeds the views: the views' sources are held; a picture is taken; the views are read up to just its
/// position; their rows are copied there, and everything goes on; then the queries are run over the picture, and each row is compared. So both sides are one moment, whoever writes.</para>
/// <para>Elsewhere rows are compared as they are, and those that differ are looked at again until they are equal or gone, or patience ends: what was wrong at every look is a difference.</para>
/// </summary>
sealed class CheckRunner(IGrainFactory grains, string key, CheckSpec spec, byte[]? sealedConnection, SecretBox secrets, CheckOptions options, TimeProvider time, Action<string> says)
{
    const int TriesMax = 5, RoundsMax = 100;
    static readonly TimeSpan HeldReachMax = TimeSpan.FromSeconds(5);

    readonly string tenant = EntityKeys.TenantOf(key);
    readonly Dictionary<string, CheckResult> done = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, RowComparison> looks = new(StringComparer.OrdinalIgnoreCase);
    readonly long started = time.GetTimestamp();
    CheckedDatabase database = null!;
    BatchPlan plan = null!;
    BatchPosition? position;
    string? note;
    double heldSeconds;

    TimeSpan Patience => TimeSpan.FromSeconds(spec.PatienceSeconds);

    IDataflowGrain Dataflow => grains.GetGrain<IDataflowGrain>(SqlKeys.Dataflow(tenant));

    /// <exception cref="RefusalException">Nothing can be compared.</exception>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public async Task<CheckRun> RunAsync(long number, string cause, DateTimeOffset at, CancellationToken cancellationToken)
    {
        SchemaOrder schema = await SchemaAsync();
        plan = BatchPlan.Of(schema.Definitions, spec.Results);
        foreach (BatchSkip skip in plan.Skipped)
            done[skip.Name] = Skipped(skip.Name, skip.Reason);
        bool isExact = false;
        if (plan.Results.Count > 0)
        {
            database = await CheckedDatabase.FindAsync(grains, tenant, spec, sealedConnection, secrets, plan);
            using IBatchSource source = await Task.Run(() => database.Open(plan, options.StatementTimeout, cancellationToken), cancellationToken);
            try
            {
                note = database.Note;
                isExact = database.Channel is not null && await CompareExactlyAsync(source, cancellationToken);
                if (!isExact)
                    await CompareAgainAsync(source, cancellationToken);
            }
            finally
            {
                await Dataflow.DropCut(key);
            }
        }

        CheckResult[] results = [.. done.Values.OrderBy(static result => result.Name, StringComparer.OrdinalIgnoreCase)];
        return new CheckRun(Summary(number, cause, at, isExact, results), results);
    }

    CheckSummary Summary(long number, string cause, DateTimeOffset at, bool isExact, CheckResult[] results)
    {
        int compared = results.Count(static result => result.State != "skipped"), different = results.Count(static result => result.State == "different");
        if (compared == 0)
            note = $"Nothing could be compared{(results.Length == 0 ? ": there is no materialized view over the database's tables" : "")}. {note}".TrimEnd();
        return new CheckSummary(
            number, cause, at, Math.Round(time.GetElapsedTime(started).TotalSeconds, 3), compared == 0 ? "failed" : different > 0 ? "different" : "equal", isExact ? position?.Text : null, isExact, note, Math.Round(heldSeconds, 3),
            compared, different, results.Length - compared, results.Sum(static result => result.RowsExpected), results.Sum(static result => result.Missing), results.Sum(static result => result.Surplus), results.Sum(static result => result.Different));
    }

    async Task<SchemaOrder> SchemaAsync()
    {
        await grains.GetGrain<ISqlSchemaGrain>(tenant).Wake();
        return await Dataflow.Schema() ?? throw new ConflictException($"The tenant '{tenant}' has no tables and views yet.");
    }

    /// <summary>Both sides at one position. False: it did not come about, and the note says why.</summary>
    async Task<bool> CompareExactlyAsync(IBatchSource source, CancellationToken cancellationToken)
    {
        string[] left = [.. plan.Results];
        for (int round = 0; left.Length > 0 && round < RoundsMax; round++)
        {
            if (await CutAsync(source, left, cancellationToken) is not { } cut)
                return false;
            heldSeconds = Math.Max(heldSeconds, cut.HeldSeconds);
            await CompareAsync(source, cut.Relations, isLast: true, cancellationToken);
            left = [.. cut.Relations.Where(static relation => relation.IsLeft).Select(static relation => relation.Name)];
        }

        return true;
    }

    /// <summary>Copies rows of views at the position of a picture that was taken for it.</summary>
    async Task<CutAnswer?> CutAsync(IBatchSource source, string[] relations, CancellationToken cancellationToken)
    {
        says("waiting");
        var place = new CheckPlace(grains, database.Channel!, time);
        // A channel that is far behind is not waited for while views stand still.
        if (await Task.Run(source.Begin, cancellationToken) is not { } first)
            return No("The database does not tell where its log stands.");
        if (await place.WaitAsync(first.Sequence, Patience, cancellationToken) is { } behind)
            return No(behind);
        for (int attempt = 0; attempt < TriesMax; attempt++)
        {
            CutPlace[] from = await Dataflow.HoldCut(key, [.. plan.Tables.Values.Select(static table => table.Topic).Distinct()]);
            position = await Task.Run(source.Begin, cancellationToken);
            if (await place.WaitAsync(position!.Value.Sequence, HeldReachMax, cancellationToken) is not null || await place.FindAsync(position.Value.Sequence, from, cancellationToken) is not { } to)
            {
                await Dataflow.DropCut(key);
                continue;
            }

            CutAnswer answer = await Dataflow.CopyCut(new CutOrder(key, to, relations, options.CopyBytesMax, Patience));
            return answer.IsReached ? answer : No($"The views did not come as far as {position.Value.Text} within {Patience.TotalSeconds:F0} s.");
        }

        return No($"The channel {database.Channel} was behind a position of the database {TriesMax} times.");

        CutAnswer? No(string reason)
        {
            note = $"{reason} Rows were compared as they stood.";
            return null;
        }
    }

    /// <summary>Rows as they are, and again.</summary>
    async Task CompareAgainAsync(IBatchSource source, CancellationToken cancellationToken)
    {
        done.Clear();
        looks.Clear();
        foreach (BatchSkip skip in plan.Skipped)
            done[skip.Name] = Skipped(skip.Name, skip.Reason);
        long begun = time.GetTimestamp();
        string[] left = [.. plan.Results];
        while (true)
        {
            bool isLast = time.GetElapsedTime(begun) >= Patience;
            for (string[] now = left; now.Length > 0;)
            {
                await Task.Run(source.Begin, cancellationToken);
                CutAnswer copied = await Dataflow.CopyCut(new CutOrder(key, [], now, options.CopyBytesMax, Patience));
                await CompareAsync(source, copied.Relations, isLast, cancellationToken);
                now = [.. copied.Relations.Where(static relation => relation.IsLeft).Select(static relation => relation.Name)];
            }

            left = [.. left.Where(name => looks.TryGetValue(name, out RowComparison? look) && !look.IsEqual)];
            if (isLast || left.Length == 0)
                return;
            says("waiting");
            await Task.Delay(options.LookPeriod, time, cancellationToken);
        }
    }

    async Task CompareAsync(IBatchSource source, CutRelation[] relations, bool isLast, CancellationToken cancellationToken)
    {
        says("comparing");
        foreach (CutRelation relation in relations.Where(static relation => !relation.IsLeft))
        {
            cancellationToken.ThrowIfCancellationRequested();
            BatchView view = plan.Views.First(view => view.Name == relation.Name);
            done[relation.Name] = relation.Problem is { } problem ? Skipped(relation.Name, problem) : await CompareAsync(source, view, relation, isLast, cancellationToken);
        }
    }

    async Task<CheckResult> CompareAsync(IBatchSource source, BatchView view, CutRelation copied, bool isLast, CancellationToken cancellationToken)
    {
        RowSchema schema = view.Relation!.Schema;
        var layout = new RowLayout(schema);
        SqlType[] types = [.. schema.Columns.Select(static column => column.Type)];
        var look = new RowComparison(options.DifferencesMax, looks.GetValueOrDefault(view.Name));
        await PagesAsync((row, weight) => look.AddActual(row, weight));
        int columns = 0;
        try
        {
            await Task.Run(() => source.Read(view, reader =>
            {
                columns = reader.FieldCount;
                if (columns == types.Length)
                    look.AddExpected(DatabaseRow.Of(reader, types));
            }), cancellationToken);
        }
        catch (DbException fault) when (!cancellationToken.IsCancellationRequested && source.IsAnswer(fault))
        {
            looks.Remove(view.Name);
            return Skipped(view.Name, $"The database cannot run its query: {fault.Message}");
        }

        if (columns != 0 && columns != types.Length)
            return Skipped(view.Name, $"The database gives {columns} columns where the view has {types.Length}.");
        look.EndExpected();
        looks[view.Name] = look;
        string[] names = [.. schema.Columns.Select(static column => column.Name)];
        if (look.IsEqual)
            return new CheckResult(view.Name, "equal", null, look.Actual, look.Expected, 0, 0, 0, names, [], []);
        if (isLast && look.Surplus > 0)
            await PagesAsync((row, _) => look.LookAgain(row));
        look.ForgiveRounding([.. types.Select(static type => type.Kind is SqlTypeKind.Float or SqlTypeKind.Double)]);
        if (look.IsEqual)
            return new CheckResult(view.Name, "equal", null, look.Actual, look.Expected, 0, 0, 0, names, [], []);
        (int[] told, int pairs, CheckDifference[] differences) = RowPairs.Of(look.MissingRows, look.SurplusRows, types.Length, view.Relation.PrimaryKey, options.DifferencesKept);
        return new CheckResult(
            view.Name, "different", null, look.Actual, look.Expected, look.Missing - pairs, look.Surplus - pairs, pairs, names, [.. told.Select(column => names[column])], differences);

        async Task PagesAsync(Action<string?[], int> take)
        {
            for (int page = 0; page < copied.Pages; page++)
            {
                byte[] rows = await Dataflow.CutPage(key, view.Name, page);
                await Task.Run(() => PackedPages.Read(rows, layout, (values, weight) => take([.. values.Select((value, column) => ComparedText.OfView(value, types[column]))], weight)), cancellationToken);
            }
        }
    }

    static CheckResult Skipped(string name, string reason) => new(name, "skipped", reason, 0, 0, 0, 0, 0, [], [], []);
}
