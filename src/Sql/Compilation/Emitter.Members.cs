using System.Reflection;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Compilation;

internal sealed partial class Emitter
{
    private static readonly MethodInfo IsNullMethod = typeof(RowReader).GetMethod(nameof(RowReader.IsNull))!;

    private static readonly ConstructorInfo BytesConstructor = typeof(Bytes).GetConstructor([typeof(nint), typeof(int)])!;

    private static readonly ConstructorInfo Int128Constructor = typeof(Int128).GetConstructor([typeof(ulong), typeof(ulong)])!;

    private static readonly PropertyInfo ScratchProperty = typeof(EvaluationContext).GetProperty("Scratch", BindingFlags.Instance | BindingFlags.NonPublic)!;
}
