using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Orrery.Runtime.Generator;

/// <summary>
/// Finds calls in grain classes whose delegate would run beside the grain's turns. The engine brings every await back to the turn by its
/// synchronization context; ContinueWith and StartNew do not look at that.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TurnAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.OutsideTurn];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(static call => Check(call, (IInvocationOperation)call.Operation), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, IInvocationOperation call)
    {
        var method = call.TargetMethod;
        bool leavesTurn = (method.Name == "ContinueWith" && method.ContainingType.IsIn("System.Threading.Tasks", "Task")) ||
            (method.Name == "StartNew" && method.ContainingType.IsIn("System.Threading.Tasks", "TaskFactory"));
        if (!leavesTurn || context.ContainingSymbol.ContainingType is not { } type) return;
        if (type.AllInterfaces.Any(static parent => parent.IsEngines("IGrainBase")))
            context.ReportDiagnostic(Diagnostic.Create(Rules.OutsideTurn, call.Syntax.GetLocation(), method.PlainName()));
    }
}
