using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Reflection;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using BoundConstant = Orrery.Sql.Expressions.ConstantExpression;

namespace Orrery.Sql.Compilation;

/// <summary>
/// Turns bound expressions into statements of one delegate. Each expression appends what computes it to the statements at hand and gives back a <see cref="Slot"/> of
/// variables. Equal expressions are computed once: what a block has computed is known to the blocks inside it and to what follows in it, and forgotten
/// where it ends, for it may have been jumped over.
/// </summary>
internal sealed partial class Emitter(RowLayout left, RowLayout? right)
{
    private static readonly PropertyInfo Now = typeof(EvaluationContext).GetProperty(nameof(EvaluationContext.NowMicroseconds))!;

    private readonly List<ParameterExpression> _variables = [];
    private readonly Stack<Dictionary<BoundExpression, Slot>> _known = new([[]]);
    private List<Expression> _statements = [];
    private int _depth;

    /// <summary>Expressions within expressions, at most: deeper ones would overflow the stack of the compiler.</summary>
    public const int DepthMax = 1_000;

    public ParameterExpression Left { get; } = Expression.Parameter(typeof(nint), "left");

    public ParameterExpression Right { get; } = Expression.Parameter(typeof(nint), "right");

    public ParameterExpression Context { get; } = Expression.Parameter(typeof(EvaluationContext), "context");

    /// <summary>Pinned arrays that the code has the addresses of.</summary>
    public List<byte[]> Pinned { get; } = [];

    /// <summary>Whether the code makes values between.</summary>
    public bool UsesScratch { get; private set; }

    public ParameterExpression Variable(Type type, string? name = null)
    {
        var variable = Expression.Variable(type, name);
        _variables.Add(variable);
        return variable;
    }

    public void Append(Expression statement) => _statements.Add(statement);

    /// <summary>A variable with the value.</summary>
    public ParameterExpression Store(Expression value, string? name = null)
    {
        var variable = Variable(value.Type, name);
        Append(Expression.Assign(variable, value));
        return variable;
    }

    /// <summary>The statements that <paramref name="body"/> appends, as a block of their own.</summary>
    public Expression Nest(Action body)
    {
        var outer = _statements;
        _statements = [];
        _known.Push([]);
        body();
        var block = Block(_statements);
        _known.Pop();
        _statements = outer;
        return block;
    }

    /// <summary>The whole body: variables, statements, the result.</summary>
    public Expression Body(Expression result)
    {
        if (UsesScratch)
        {
            var reset = Expression.Call(Expression.Property(Context, ScratchProperty), typeof(RowArena).GetMethod(nameof(RowArena.Reset))!);
            _statements.Insert(0, reset);
        }

        return Expression.Block(_variables, [.. _statements, result]);
    }

    /// <summary>Code for <c>context</c>, given to a function that may make bytes.</summary>
    public Expression ContextForBytes()
    {
        UsesScratch = true;
        return Context;
    }

    /// <summary>The address of bytes that do not change, and how many.</summary>
    public Expression Constant(ReadOnlySpan<byte> bytes)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(Math.Max(1, bytes.Length), pinned: true);
        bytes.CopyTo(pinned);
        Pinned.Add(pinned);
        nint address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
        return Expression.New(BytesConstructor, Expression.Constant(address), Expression.Constant(bytes.Length));
    }

    /// <summary>The value of a constant that is not null. It may stand in the middle of an expression.</summary>
    public Expression EmitApart(BoundExpression constant) => Constant((BoundConstant)constant).Value;

    public Slot Emit(BoundExpression expression)
    {
        foreach (var known in _known)
            if (known.TryGetValue(expression, out var slot)) return slot;
        if (++_depth > DepthMax) throw new SqlTypeException($"An expression is nested more than {DepthMax} deep.");
        var made = expression switch
        {
            ColumnExpression column => Column(column),
            BoundConstant constant => Constant(constant),
            NowExpression => new Slot(null, Expression.Property(Context, Now)),
            CallExpression { Function: CompiledFunction function } call => function.Emit(this, call),
            CaseExpression @case => Case(@case),
            CastExpression cast => CastEmitter.Emit(this, cast),
            InListExpression list => InListEmitter.Emit(this, list),
            _ => throw new SqlTypeException($"An expression {expression.GetType().Name} cannot be compiled."),
        };
        _depth--;
        _known.Peek()[expression] = made;
        return made;
    }

    /// <summary>Goes on where the condition holds, jumps where it is false or null.</summary>
    public void Test(BoundExpression condition, LabelTarget otherwise)
    {
        if (condition is CallExpression { Function: Functions.Operators.JunctionFunction junction } call)
        {
            junction.Test(this, call, otherwise);
            return;
        }

        if (condition is BoundConstant { Value: true }) return;
        var slot = Emit(condition);
        Expression fails = Expression.Not(slot.Value);
        Append(Expression.IfThen(slot.IsNull is null ? fails : Expression.OrElse(slot.IsNull, fails), Expression.Goto(otherwise)));
    }

    /// <summary>
    /// The usual way of a function: null where an argument is null, else what <paramref name="compute"/> makes of the arguments.
    /// </summary>
    /// <param name="isTotal">It has an answer for every value and is cheap, so that it may be computed for nothing where an argument is null.</param>
    public Slot Strict(IReadOnlyList<Slot> arguments, Type form, bool isTotal, Func<Expression[], ParameterExpression?, Expression> compute, bool mayReturnNull = false)
    {
        Expression[] values = [.. arguments.Select(argument => argument.Value)];
        var isNull = AnyNull(arguments);
        if (isNull is null)
        {
            var returned = mayReturnNull ? Variable(typeof(bool)) : null;
            return new Slot(returned, Store(compute(values, returned)));
        }

        if (isTotal && !mayReturnNull) return new Slot(Repeatable(isNull), Store(compute(values, null)));
        var flag = Store(isNull);
        var result = Variable(form);
        Append(Expression.IfThenElse(
            flag,
            Expression.Assign(result, Expression.Default(form)),
            Expression.Assign(result, compute(values, mayReturnNull ? flag : null))));
        return new Slot(flag, result);
    }

    /// <summary>Whether one of them is null; null: none can be.</summary>
    public static Expression? AnyNull(IEnumerable<Slot> slots)
    {
        Expression? any = null;
        foreach (var slot in slots)
        {
            if (slot.IsNull is null) continue;
            any = any is null ? slot.IsNull : Expression.Or(any, slot.IsNull);
        }

        return any;
    }

    private Expression Repeatable(Expression value) => value is ParameterExpression or System.Linq.Expressions.ConstantExpression ? value : Store(value);

    private Slot Column(ColumnExpression column)
    {
        bool isLeft = column.Index < left.Count;
        var layout = isLeft ? left : right ?? throw new SqlTypeException($"Column {column.Name} at {column.Index} is beyond the {left.Count} columns of the input.");
        int index = isLeft ? column.Index : column.Index - left.Count;
        if (index >= layout.Count) throw new SqlTypeException($"Column {column.Name} at {column.Index} is beyond the columns of the inputs.");
        var type = layout.Schema[index].Type;
        var row = isLeft ? Left : Right;
        if (type.Kind == SqlTypeKind.Null) return new Slot(Expression.Constant(true), Expression.Constant(false));
        var value = Store(ValueForms.Read(type, row, layout.OffsetOf(index)), column.Name);
        return new Slot(type.IsNullable ? Store(Expression.Call(IsNullMethod, row, Expression.Constant(index))) : null, value);
    }

    private Slot Constant(BoundConstant constant)
    {
        var form = ValueForms.Of(constant.Type);
        if (constant.Value is null) return new Slot(Expression.Constant(true), Expression.Default(form));
        return new Slot(null, constant.Value switch
        {
            string text => Constant(System.Text.Encoding.UTF8.GetBytes(text)),
            ImmutableArray<byte> bytes => Constant(bytes.AsSpan()),
            Int128 number => Expression.New(Int128Constructor, Expression.Constant(unchecked((ulong)(number >> 64))), Expression.Constant(unchecked((ulong)number))),
            long number when form == typeof(Int128) => Expression.Convert(Expression.Constant(number), form),
            var value => Expression.Constant(value, form),
        });
    }

    private Slot Case(CaseExpression expression)
    {
        var form = ValueForms.Of(expression.Type);
        var value = Variable(form);
        var isNull = expression.Type.IsNullable ? Variable(typeof(bool)) : null;
        var end = Expression.Label();
        for (int index = 0; index + 1 < expression.Branches.Count; index += 2)
        {
            var (condition, branch) = (expression.Branches[index], expression.Branches[index + 1]);
            var next = Expression.Label();
            Append(Nest(() =>
            {
                Test(condition, next);
                Assign(value, isNull, Emit(branch));
                Append(Expression.Goto(end));
            }));
            Append(Expression.Label(next));
        }

        Append(Nest(() => Assign(value, isNull, Emit(expression.Else))));
        Append(Expression.Label(end));
        return new Slot(isNull, value);
    }

    /// <summary>Assigns a slot to the variables of another.</summary>
    public void Assign(ParameterExpression value, ParameterExpression? isNull, Slot slot)
    {
        // A bare NULL's form may be another than the value's.
        Append(Expression.Assign(value, slot.Value.Type == value.Type ? slot.Value : Expression.Default(value.Type)));
        if (isNull is not null) Append(Expression.Assign(isNull, slot.IsNull ?? Expression.Constant(false)));
    }

    private static Expression Block(List<Expression> statements) => statements.Count == 0 ? Expression.Empty() : Expression.Block(typeof(void), statements);
}
