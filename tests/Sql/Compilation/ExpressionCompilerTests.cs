using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Tests.Compilation;

public sealed class ExpressionCompilerTests : IDisposable
{
    private static readonly RowLayout Layout = new(new RowSchema([new("a", SqlType.Integer), new("b", SqlType.Integer.Nullable(false)), new("s", SqlType.String)]));
    private static readonly BoundExpression A = new ColumnExpression(0, SqlType.Integer, "a"), B = new ColumnExpression(1, SqlType.Integer.Nullable(false), "b"), S = new ColumnExpression(2, SqlType.String, "s");

    private readonly RowArena _arena = new();
    private readonly RowArena _output = new();
    private readonly EvaluationContext _context;

    public ExpressionCompilerTests() => _context = new EvaluationContext(_output) { NowMicroseconds = 5 };

    public void Dispose()
    {
        _context.Dispose();
        _arena.Dispose();
        _output.Dispose();
    }

    private static BoundExpression Quotient => FunctionCatalog.Resolve("/", [A, B]);

    private nint Row(params object?[] values) => RowValues.FromObjects(values, Layout, _arena);

    [Fact]
    public void A_value_that_cannot_be_computed_becomes_null_alone_where_the_policy_says_so()
    {
        var output = new RowLayout(new RowSchema([new("q", SqlType.Integer), new("b", SqlType.Integer.Nullable(false)), new("t", SqlType.String)]));
        var expressions = new Arguments([Quotient, B, FunctionCatalog.Resolve("UPPER", [S])]);
        var lenient = ExpressionCompiler.Projection(expressions, Layout, null, output, ErrorPolicy.Null);
        RowValues.ToObjects(lenient(Row(6L, 0L, "é"), 0, _context), output).ShouldBe([null, 0L, "É"]);
        RowValues.ToObjects(lenient(Row(6L, 2L, null), 0, _context), output).ShouldBe([3L, 2L, null]);
        foreach (var policy in (ErrorPolicy[])[ErrorPolicy.Fail, ErrorPolicy.DeadLetter])
        {
            var strict = ExpressionCompiler.Projection(expressions, Layout, null, output, policy);
            Should.Throw<SqlValueException>(() => strict(Row(6L, 0L, "é"), 0, _context)).Message.ShouldContain("6 / 0");
            RowValues.ToObjects(strict(Row(6L, 2L, "x"), 0, _context), output).ShouldBe([3L, 2L, "X"]);
        }
    }

    [Fact]
    public void A_condition_that_cannot_be_computed_does_not_hold_where_the_policy_says_so()
    {
        var condition = FunctionCatalog.Resolve(">", [Quotient, B]);
        ExpressionCompiler.Predicate(condition, Layout, null, ErrorPolicy.Null)(Row(6L, 0L, null), 0, _context).ShouldBeFalse();
        Should.Throw<SqlValueException>(() => ExpressionCompiler.Predicate(condition, Layout)(Row(6L, 0L, null), 0, _context));
        ExpressionCompiler.Predicate(condition, Layout)(Row(null, 0L, null), 0, _context).ShouldBeFalse();
        ExpressionCompiler.Predicate(condition, Layout)(Row(6L, 1L, null), 0, _context).ShouldBeTrue();
    }

    [Fact]
    public void Columns_count_over_the_left_row_then_the_right_one()
    {
        var right = new ColumnExpression(3, SqlType.Integer, "a");
        var predicate = ExpressionCompiler.Predicate(FunctionCatalog.Resolve("<", [A, right]), Layout, Layout);
        predicate(Row(1L, 0L, null), Row(2L, 0L, null), _context).ShouldBeTrue();
        predicate(Row(2L, 0L, null), Row(1L, 0L, null), _context).ShouldBeFalse();
        Should.Throw<SqlTypeException>(() => ExpressionCompiler.Predicate(FunctionCatalog.Resolve("<", [A, right]), Layout));
    }

    [Fact]
    public void An_instant_is_a_number_or_the_sign_of_null()
    {
        ExpressionCompiler.Instant(new NowExpression(), Layout)(Row(1L, 0L, null), 0, _context).ShouldBe(5);
        ExpressionCompiler.Instant(A, Layout)(Row(null, 0L, null), 0, _context).ShouldBe(ExpressionCompiler.NullInstant);
        ExpressionCompiler.Instant(Quotient, Layout, null, ErrorPolicy.Null)(Row(1L, 0L, null), 0, _context).ShouldBe(ExpressionCompiler.NullInstant);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_row()
    {
        var output = new RowLayout(new RowSchema([new("x", SqlType.Integer), new("t", SqlType.String), new("f", SqlType.Boolean), new("d", SqlType.Decimal(38, 6))]));
        var projection = ExpressionCompiler.Projection(
            new Arguments([
                FunctionCatalog.Resolve("+", [A, B]), FunctionCatalog.Resolve("||", [FunctionCatalog.Resolve("UPPER", [S]), FunctionCatalog.Resolve("SUBSTRING", [S, B])]),
                FunctionCatalog.Resolve("LIKE", [S, new ConstantExpression("%b_", SqlType.String.Nullable(false))]), TypeCoercion.Cast(A, SqlType.Decimal(38, 6))]),
            Layout, null, output);
        nint row = Row(4L, 2L, "größe");
        projection(row, 0, _context);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int index = 0; index < 10_000; index++)
        {
            projection(row, 0, _context);
            _output.Reset();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
    }

    [Fact]
    public void Threads_share_a_delegate_with_contexts_of_their_own()
    {
        var projection = ExpressionCompiler.Projection(
            new Arguments([FunctionCatalog.Resolve("REPEAT", [S, B])]), Layout, null, new RowLayout(new RowSchema([new("t", SqlType.String)])));
        nint[] rows = [.. Enumerable.Range(0, 50).Select(index => Row(null, (long)index, "é" + index))];
        var layout = new RowLayout(new RowSchema([new("t", SqlType.String)]));
        Parallel.For(0, 4, _ =>
        {
            using var arena = new RowArena();
            using var context = new EvaluationContext(arena);
            for (int round = 0; round < 200; round++)
            {
                for (int index = 0; index < rows.Length; index++)
                    RowValues.ToObject(projection(rows[index], 0, context), layout, 0).ShouldBe(string.Concat(Enumerable.Repeat("é" + index, index)));
                arena.Reset();
            }
        });
    }

    [Fact]
    public void Constants_stay_after_collections()
    {
        var predicate = ExpressionCompiler.Predicate(FunctionCatalog.Resolve("=", [S, new ConstantExpression("a long enough text", SqlType.String.Nullable(false))]), Layout);
        for (int round = 0; round < 20; round++)
        {
            GC.Collect();
            byte[][] others = [.. Enumerable.Range(0, 1_000).Select(_ => GC.AllocateUninitializedArray<byte>(18, pinned: true))];
            foreach (byte[] other in others) other.AsSpan().Fill(7);
            predicate(Row(null, 1L, "a long enough text"), 0, _context).ShouldBeTrue();
        }
    }

    [Fact]
    public void Deep_expressions_compile_or_are_refused()
    {
        BoundExpression Tower(int depth)
        {
            var expression = B;
            for (int level = 0; level < depth; level++) expression = FunctionCatalog.Resolve("-", [expression, A]);
            return expression;
        }

        Exception? fault = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    ExpressionCompiler.Instant(Tower(Emitter.DepthMax - 1), Layout)(Row(1L, 1_000L, null), 0, _context).ShouldBe(1);
                    Should.Throw<SqlTypeException>(() => ExpressionCompiler.Instant(Tower(Emitter.DepthMax + 10), Layout)).Message.ShouldContain("deep");
                }
                catch (Exception caught)
                {
                    fault = caught;
                }
            },
            4 * 1024 * 1024);
        thread.Start();
        thread.Join();
        fault.ShouldBeNull();
    }

    [Theory]
    [InlineData("7", "INT", "DECIMAL(5, 2)")]
    [InlineData("7", "BIGINT", "DOUBLE")]
    [InlineData("700", "INT", "TINYINT")]
    [InlineData("7000", "INT", "DECIMAL(5, 2)")]
    [InlineData("7", "BIGINT", "INT")]
    [InlineData("2026-01-31", "STRING", "DATE")]
    [InlineData("2026-01-31 10:11:12.123456", "STRING", "TIMESTAMP(3)")]
    [InlineData("2026-13-31", "STRING", "DATE")]
    [InlineData("10:11:12", "STRING", "TIME(6)")]
    [InlineData("1.255", "DECIMAL(4, 3)", "DECIMAL(5, 2)")]
    [InlineData("1.255", "DECIMAL(4, 3)", "DOUBLE")]
    public void A_constant_is_cast_as_a_column_is(string text, string from, string to)
    {
        SqlType[] types = [SqlType.Integer, SqlType.BigInt, new(SqlTypeKind.TinyInt), SqlType.String, SqlType.Date, SqlType.Time, SqlType.Double, new(SqlTypeKind.Timestamp, Precision: 3), SqlType.Decimal(5, 2), SqlType.Decimal(4, 3)];
        var (source, target) = (types.First(type => type.ToString() == from), types.First(type => type.ToString() == to));
        var layout = new RowLayout(new RowSchema([new("c", source)]));
        nint row = RowValues.FromObjects([text], layout, _arena);
        var constant = new ConstantExpression(RowValues.ToObject(row, layout, 0), source);
        var column = ExpressionCompiler.Value(new CastExpression(new ColumnExpression(0, source, "c"), true, target), layout)(row, 0, _context);
        foreach (bool isTry in (bool[])[true, false])
        {
            var folded = ConstantFolder.Fold(new CastExpression(constant, isTry, target));
            if (column is null && !isTry) folded.ShouldBeOfType<CastExpression>();
            else folded.ShouldBe(new ConstantExpression(column, target));
        }
    }

    [Fact]
    public void What_is_constant_is_computed_once_but_not_what_fails()
    {
        BoundExpression Int(long value) => new ConstantExpression(value, SqlType.Integer.Nullable(false));
        ConstantFolder.Fold(FunctionCatalog.Resolve("+", [Int(1), Int(2)])).ShouldBe(new ConstantExpression(3L, SqlType.Integer.Nullable(false)));
        FunctionCatalog.Resolve("/", [Int(1), Int(0)]).ShouldBeOfType<CallExpression>();
        FunctionCatalog.Resolve("AND", [FunctionCatalog.Resolve("=", [Int(1), Int(2)]), FunctionCatalog.Resolve("=", [A, B])]).ShouldBe(new ConstantExpression(false, SqlType.Boolean.Nullable(false)));
        FunctionCatalog.Resolve("OR", [FunctionCatalog.Resolve("=", [Int(1), Int(2)]), FunctionCatalog.Resolve("=", [A, B])]).ShouldBe(FunctionCatalog.Resolve("=", [A, B]));
        FunctionCatalog.Resolve("IF", [FunctionCatalog.Resolve("=", [Int(1), Int(1)]), A, B]).ShouldBe(A);
        FunctionCatalog.Resolve("CURRENT_DATE", []).ShouldBeOfType<CastExpression>();
    }
}
